// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/leak_dialog.h"

#include "core/dataset/family.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"

#include <QFile>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QShortcut>
#include <QTreeWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <map>

namespace continuo::ui {

namespace {

constexpr std::size_t kMostShown = 2'000;

enum Column
{
    NotesColumn,
    HeldOutColumn,
    PartColumn,
    HeldOutBarColumn,
    TrainingColumn,
    TrainingBarColumn,
    PlacesColumn,
    ColumnCount
};

// Of a column with a piece.
constexpr int kPieceRole = Qt::UserRole;
constexpr int kNameRole = Qt::UserRole + 1;
constexpr std::size_t kMostBarsNamed = 12;

/// What the same two pieces share: the longest passage, and how many there are.
struct Pair
{
    const Leak* longest = nullptr;
    std::size_t places = 0;
    QStringList bars{}; ///< Of the first ones, in both pieces.
};

QString nameOf(const Leak::Place& place)
{
    const QString file = QFileInfo(QString::fromStdString(place.path)).fileName();
    return place.title.empty()
               ? file
               : LeakDialog::tr("%1 · %2").arg(file, QString::fromStdString(place.title));
}

QString barOf(const Leak::Place& place)
{
    return place.bar > 0 ? countInWords(place.bar) : QStringLiteral("–");
}

/// In the order of their longest passages.
std::vector<Pair> pairsOf(const std::vector<Leak>& leaks)
{
    std::vector<Pair> pairs;
    std::map<std::pair<std::int64_t, std::int64_t>, std::size_t> known;
    for (const Leak& leak : leaks) {
        const auto [place, isNew] =
            known.try_emplace({leak.heldOut.piece, leak.training.piece}, pairs.size());
        if (isNew)
            pairs.push_back({&leak, 0, {}});
        Pair& pair = pairs[place->second];
        if (++pair.places <= kMostBarsNamed)
            pair.bars << LeakDialog::tr("%1 notes in bar %2, as in bar %3")
                             .arg(countInWords(static_cast<std::int64_t>(leak.notes)),
                                  barOf(leak.heldOut), barOf(leak.training));
    }
    return pairs;
}

} // namespace

LeakDialog::LeakDialog(const QString& set, QWidget* parent)
    : QDialog(parent)
    , m_words(label(tr("Looking for shared passages…"), TextRole::Plain, this))
    , m_explanation(label(QString(), TextRole::Small, this))
    , m_list(new QTreeWidget(this))
    , m_sides{makeSide(HeldOutColumn, tr("Show held-out piece"), tr("Leave out held-out piece")),
              makeSide(TrainingColumn, tr("Show training piece"), tr("Leave out training piece"))}
    , m_queue(this)
{
    setWindowTitle(tr("Passages in training and in held-out pieces"));
    m_words->setWordWrap(true);
    m_explanation->setWordWrap(true);
    m_list->setColumnCount(ColumnCount);
    m_list->setHeaderLabels({tr("Notes"), tr("Held-out piece"), tr("Part"), tr("Bar"),
                             tr("As in training piece"), tr("Bar"), tr("Places")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setAccessibleName(tr("Shared passages"));
    m_list->header()->setStretchLastSection(false);
    for (int column = 0; column < ColumnCount; ++column)
        m_list->setColumnWidth(column, column == PartColumn ? 84 : 60);
    for (const int column : {HeldOutColumn, TrainingColumn})
        m_list->header()->setSectionResizeMode(column, QHeaderView::Stretch);
    auto* close = button(tr("Close"), this);
    auto* actions = new QHBoxLayout;
    for (const Side& side : m_sides) {
        actions->addWidget(side.show);
        actions->addWidget(side.leaveOut);
        actions->addSpacing(8);
    }
    actions->addStretch();
    actions->addWidget(close);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addWidget(m_words);
    column->addWidget(m_list, 1);
    column->addWidget(m_explanation);
    column->addLayout(actions);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_list, &QTreeWidget::currentItemChanged, this, &LeakDialog::refreshActions);
    connect(m_list, &QTreeWidget::itemDoubleClicked, this,
            [this](QTreeWidgetItem* item, int clicked) {
                const int side = clicked >= TrainingColumn ? TrainingColumn : HeldOutColumn;
                Q_EMIT pieceChosen(item->data(side, kPieceRole).toLongLong());
                accept();
            });
    // In the list Enter is for the piece, and never for a button of the window.
    for (const int key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto* enter =
            new QShortcut(QKeySequence(key), m_list, nullptr, nullptr, Qt::WidgetShortcut);
        connect(enter, &QShortcut::activated, this, [this] {
            if (const QTreeWidgetItem* item = m_list->currentItem())
                Q_EMIT pieceChosen(item->data(HeldOutColumn, kPieceRole).toLongLong());
        });
    }
    m_list->setFocus();
    refreshActions();
    resize(940, 480);
    m_queue.run(
        [path = std::filesystem::path(QFile::encodeName(set).toStdString()),
         cancel = m_cancel]() -> Result<LeakReport> {
            const Result<Dataset> dataset = Dataset::open(path, Dataset::Access::Read);
            return dataset ? dataset->leaks(kMostLeaks, cancel) : dataset.error();
        },
        [this](const Result<LeakReport>& report) { show(report); });
}

LeakDialog::~LeakDialog()
{
    m_cancel.cancel();
}

LeakDialog::Side LeakDialog::makeSide(int column, const QString& show, const QString& leaveOut)
{
    const Side side{column, button(show, this), button(leaveOut, this)};
    side.leaveOut->setToolTip(tr("Adds it to the recipe; undo takes that back"));
    for (QPushButton* one : {side.show, side.leaveOut})
        one->setAutoDefault(false);
    const auto piece = [this, column] {
        return m_list->currentItem()->data(column, kPieceRole).toLongLong();
    };
    connect(side.show, &QPushButton::clicked, this, [this, piece] {
        Q_EMIT pieceChosen(piece());
        accept();
    });
    connect(side.leaveOut, &QPushButton::clicked, this, [this, piece] {
        Q_EMIT leaveOutRequested(piece());
        m_list->setFocus(); // The button cannot be pressed again.
    });
    return side;
}

void LeakDialog::setLeftOut(QSet<std::int64_t> pieces, const QString& whyNot)
{
    m_leftOut = std::move(pieces);
    m_whyNot = whyNot;
    for (int i = 0; i < m_list->topLevelItemCount(); ++i)
        refreshItem(*m_list->topLevelItem(i));
    refreshActions();
}

void LeakDialog::refreshItem(QTreeWidgetItem& item)
{
    for (const Side& side : m_sides) {
        const bool isLeftOut = m_leftOut.contains(item.data(side.column, kPieceRole).toLongLong());
        const QString name = item.data(side.column, kNameRole).toString();
        item.setText(side.column, isLeftOut ? tr("left out: %1").arg(name) : name);
    }
}

void LeakDialog::refreshActions()
{
    const QTreeWidgetItem* item = m_list->currentItem();
    const QString none = item ? QString() : tr("Choose a line first.");
    for (const Side& side : m_sides) {
        setEnabledBecause(*side.show, none);
        setEnabledBecause(*side.leaveOut,
                          !item ? none
                          : m_leftOut.contains(item->data(side.column, kPieceRole).toLongLong())
                              ? tr("It is left out already.")
                              : m_whyNot);
    }
}

void LeakDialog::show(const Result<LeakReport>& report)
{
    if (!report) {
        m_words->setText(inWords(report.error()));
        Q_EMIT filled();
        return;
    }
    const std::vector<Pair> pairs = pairsOf(report->leaks);
    const std::size_t shown = std::min(pairs.size(), kMostShown);
    QString words = report->places == 0
                        ? tr("No passage of %1 or more notes stands in a held-out piece and in a "
                             "training piece.")
                              .arg(kLeakPassage.notes)
                        : tr("%1 places in %2 held-out pieces, the longest first. Enter shows the "
                             "held-out piece behind this window, a double click closes it too.")
                              .arg(countInWords(static_cast<std::int64_t>(report->places)),
                                   countInWords(static_cast<std::int64_t>(report->pieces)));
    if (pairs.size() > shown)
        words += tr(" The first %1 pairs of pieces are shown.")
                     .arg(countInWords(static_cast<std::int64_t>(shown)));
    m_words->setText(words);
    if (report->places > 0)
        m_explanation->setText(
            tr("A place is a passage of %1 notes or more, as long as it goes, in a held-out piece "
               "and in a training piece. The split counts the different passages of exactly %1 "
               "notes in these places: %2. Melodies are compared in any key and tempo, as they "
               "were read. Short passages are turns of phrase that many tunes share; long ones may "
               "tell a model what it is tested on.")
                .arg(kLeakPassage.notes)
                .arg(countInWords(static_cast<std::int64_t>(report->passages))));
    QList<QTreeWidgetItem*> items;
    for (std::size_t i = 0; i < shown; ++i) {
        const Leak& leak = *pairs[i].longest;
        auto* item = new QTreeWidgetItem;
        item->setText(NotesColumn, countInWords(static_cast<std::int64_t>(leak.notes)));
        item->setText(PartColumn, leak.part == Part::Validation ? tr("validation") : tr("test"));
        item->setText(HeldOutBarColumn, barOf(leak.heldOut));
        item->setText(TrainingBarColumn, barOf(leak.training));
        item->setText(PlacesColumn, countInWords(static_cast<std::int64_t>(pairs[i].places)));
        QStringList bars = pairs[i].bars;
        if (pairs[i].places > kMostBarsNamed)
            bars << tr("and %1 more")
                        .arg(countInWords(
                            static_cast<std::int64_t>(pairs[i].places - kMostBarsNamed)));
        item->setToolTip(PlacesColumn, bars.join(QLatin1Char('\n')));
        const std::pair<int, const Leak::Place&> places[] = {{HeldOutColumn, leak.heldOut},
                                                             {TrainingColumn, leak.training}};
        for (const auto& [column, place] : places) {
            item->setData(column, kPieceRole, QVariant::fromValue<qlonglong>(place.piece));
            item->setData(column, kNameRole, nameOf(place));
            item->setToolTip(column, QString::fromStdString(place.path));
        }
        for (const int column : {NotesColumn, HeldOutBarColumn, TrainingBarColumn, PlacesColumn})
            item->setTextAlignment(column, Qt::AlignCenter);
        refreshItem(*item);
        items << item;
    }
    m_list->addTopLevelItems(items);
    if (!items.isEmpty())
        m_list->setCurrentItem(items.first());
    Q_EMIT filled();
}

} // namespace continuo::ui
