// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/leak_dialog.h"

#include "ui/base/panel.h"
#include "ui/base/words.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFileInfo>
#include <QHeaderView>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

constexpr std::size_t kMostShown = 2'000;

enum Column
{
    NotesColumn,
    HeldOutColumn,
    HeldOutBarColumn,
    TrainingColumn,
    TrainingBarColumn,
    ColumnCount
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

} // namespace

LeakDialog::LeakDialog(const QString& set, QWidget* parent)
    : QDialog(parent)
    , m_words(label(tr("Looking for shared passages…"), TextRole::Plain, this))
    , m_list(new QTreeWidget(this))
    , m_queue(this)
{
    setWindowTitle(tr("Passages in training and in held-out pieces"));
    m_words->setWordWrap(true);
    m_list->setColumnCount(ColumnCount);
    m_list->setHeaderLabels(
        {tr("Notes"), tr("Held-out piece"), tr("Bar"), tr("As in training piece"), tr("Bar")});
    m_list->setRootIsDecorated(false);
    m_list->setUniformRowHeights(true);
    m_list->setAccessibleName(tr("Shared passages"));
    m_list->header()->setStretchLastSection(false);
    for (const int column : {HeldOutColumn, TrainingColumn})
        m_list->header()->setSectionResizeMode(column, QHeaderView::Stretch);
    for (const int column : {NotesColumn, HeldOutBarColumn, TrainingBarColumn})
        m_list->setColumnWidth(column, 64);
    auto* explanation =
        label(tr("Melodies are compared in any key and tempo, as they were read. Short passages "
                 "are turns of phrase that "
                 "many tunes share; long ones may tell a model what it is tested on."),
              TextRole::Small, this);
    explanation->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 12);
    column->setSpacing(10);
    column->addWidget(m_words);
    column->addWidget(m_list, 1);
    column->addWidget(explanation);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_list, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem* item) {
        Q_EMIT pieceChosen(item->data(NotesColumn, Qt::UserRole).toLongLong());
    });
    resize(820, 480);
    m_queue.run(
        [path = std::filesystem::path(QFile::encodeName(set).toStdString()),
         cancel = m_cancel]() -> Result<LeakReport> {
            const Result<Dataset> dataset = Dataset::open(path, Dataset::Access::Read);
            return dataset ? dataset->leaks(kMostShown, cancel) : dataset.error();
        },
        [this](const Result<LeakReport>& report) { show(report); });
}

LeakDialog::~LeakDialog()
{
    m_cancel.cancel();
}

void LeakDialog::show(const Result<LeakReport>& report)
{
    if (!report) {
        m_words->setText(inWords(report.error()));
        Q_EMIT filled();
        return;
    }
    QString words = report->places == 0
                        ? tr("No passage of 8 or more notes stands in a held-out piece and in a "
                             "training piece.")
                        : tr("%1 places in %2 held-out pieces, the longest first. Enter shows the "
                             "held-out piece.")
                              .arg(countInWords(static_cast<std::int64_t>(report->places)),
                                   countInWords(static_cast<std::int64_t>(report->pieces)));
    if (report->places > report->leaks.size())
        words += tr(" The first %1 are shown.").arg(countInWords(std::ssize(report->leaks)));
    m_words->setText(words);
    QList<QTreeWidgetItem*> items;
    for (const Leak& leak : report->leaks) {
        auto* item = new QTreeWidgetItem({countInWords(static_cast<std::int64_t>(leak.notes)),
                                          nameOf(leak.heldOut), barOf(leak.heldOut),
                                          nameOf(leak.training), barOf(leak.training)});
        item->setData(NotesColumn, Qt::UserRole,
                      QVariant::fromValue<qlonglong>(leak.heldOut.piece));
        item->setToolTip(HeldOutColumn, QString::fromStdString(leak.heldOut.path));
        item->setToolTip(TrainingColumn, QString::fromStdString(leak.training.path));
        for (const int column : {NotesColumn, HeldOutBarColumn, TrainingBarColumn})
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        items << item;
    }
    m_list->addTopLevelItems(items);
    if (!items.isEmpty())
        m_list->setCurrentItem(items.first());
    Q_EMIT filled();
}

} // namespace continuo::ui
