// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_search.h"

#include "ui/base/panel.h"
#include "ui/dataset/piece_query.h"
#include "ui/dataset/saved_filters.h"

#include <QCompleter>
#include <QGridLayout>
#include <QInputDialog>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScreen>
#include <QSettings>
#include <QStringListModel>
#include <QToolButton>

#include <algorithm>
#include <utility>

namespace continuo::ui {

/// What can be searched for, with an example each; closes on a click beside it and on Escape.
class SearchHelp final : public QFrame
{
public:
    explicit SearchHelp(QWidget* parent)
        : QFrame(parent, Qt::Popup)
    {
        setSurface(*this, Surface::Card);
        setAccessibleName(PieceSearch::tr("What can be searched for"));
        auto* grid = new QGridLayout(this);
        grid->setContentsMargins(16, 12, 16, 14);
        grid->setHorizontalSpacing(12);
        grid->setVerticalSpacing(3);
        QLabel* signs = label(
            PieceSearch::tr("Words stand anywhere in the row; “-” or NOT before a word or a term "
                            "turns it round, quotes keep words together. A term is a fact, one of "
                            "= != < <= > >= : and a value:"),
            TextRole::Muted, this);
        signs->setWordWrap(true);
        grid->addWidget(signs, 0, 0, 1, 5);
        grid->setRowMinimumHeight(1, 4);
        grid->setColumnMinimumWidth(2, 16);
        const std::vector<PieceFactWords> facts = pieceFactWords();
        const std::size_t half = (facts.size() + 1) / 2;
        QStringList spoken;
        for (std::size_t i = 0; i < facts.size(); ++i) {
            const int row = 2 + static_cast<int>(i % half);
            const int column = i < half ? 0 : 3;
            QLabel* meaning = label(facts[i].meaning, TextRole::Small, this);
            meaning->setWordWrap(true);
            meaning->setMinimumWidth(190);
            grid->addWidget(label(facts[i].example, TextRole::Plain, this), row, column,
                            Qt::AlignLeft | Qt::AlignVCenter);
            grid->addWidget(meaning, row, column + 1);
            spoken << facts[i].example + QStringLiteral(": ") + facts[i].meaning;
        }
        setAccessibleDescription(spoken.join(QStringLiteral("; ")));
        setFixedWidth(700);
    }

    void openBelow(const QWidget& anchor)
    {
        adjustSize();
        QPoint place = anchor.mapToGlobal(QPoint(anchor.width() - width(), anchor.height() + 4));
        const QRect room = anchor.screen()->availableGeometry();
        place.setX(
            std::clamp(place.x(), room.left(), std::max(room.right() - width(), room.left())));
        place.setY(
            std::clamp(place.y(), room.top(), std::max(room.bottom() - height(), room.top())));
        move(place);
        show();
    }

protected:
    void keyPressEvent(QKeyEvent* event) override
    {
        if (event->key() == Qt::Key_Escape)
            close();
        else
            QFrame::keyPressEvent(event);
    }
};

namespace {

constexpr int kLongestName = 60;
constexpr qsizetype kFewestLetters = 2; ///< Before names of facts are offered.

/// Completes the last word of the search.
class FactCompleter final : public QCompleter
{
public:
    explicit FactCompleter(QLineEdit& field)
        : QCompleter(&field)
        , m_field(field)
    {
        QStringList names;
        for (const PieceFactWords& fact : pieceFactWords())
            names << fact.name;
        names.sort();
        setModel(new QStringListModel(names, this));
        setCaseSensitivity(Qt::CaseInsensitive);
    }

    QString pathFromIndex(const QModelIndex& index) const override
    {
        const QString search = m_field.text();
        return search.left(search.size() - lastWord(search).size()) +
               QCompleter::pathFromIndex(index);
    }
    QStringList splitPath(const QString& path) const override
    {
        const QString word = lastWord(path);
        // A prefix that no name has: nothing is offered.
        return {word.size() < kFewestLetters ? QStringLiteral("\n") : word};
    }

private:
    static QString lastWord(const QString& search)
    {
        QString word = search.section(QLatin1Char(' '), -1);
        while (word.startsWith(QLatin1Char('-')))
            word.remove(0, 1);
        return word;
    }

    QLineEdit& m_field;
};

QToolButton* toolButton(const QString& text, const QString& name, QWidget* parent)
{
    auto* made = new QToolButton(parent);
    made->setText(text);
    made->setAccessibleName(name);
    made->setToolTip(name);
    made->setFocusPolicy(Qt::StrongFocus);
    return made;
}

} // namespace

PieceSearch::PieceSearch(QSettings& settings, QWidget* parent)
    : QWidget(parent)
    , m_settings(settings)
    , m_field(new QLineEdit(this))
    , m_saved(toolButton(tr("Filters"), tr("Saved filters"), this))
    , m_help(toolButton(QStringLiteral("?"), tr("What can be searched for"), this))
    , m_complaint(label(QString(), TextRole::Small, this))
    , m_terms(new SearchHelp(this))
{
    setProperty("surface", QStringLiteral("clear"));
    m_field->setPlaceholderText(tr("Search, or notes>100…"));
    m_field->setAccessibleName(tr("Search"));
    m_field->setToolTip(tr("Show only pieces with these words and facts (Ctrl+F)"));
    m_field->setClearButtonEnabled(true);
    m_field->setMinimumWidth(20 * m_field->fontMetrics().averageCharWidth());
    m_field->setCompleter(new FactCompleter(*m_field));
    m_complaint->setWordWrap(true);
    m_complaint->setContentsMargins(12, 4, 12, 4);
    m_complaint->hide();
    m_saved->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(m_saved);
    m_saved->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fillMenu(*menu); });
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(4);
    row->addWidget(m_field, 1);
    row->addWidget(m_saved);
    row->addWidget(m_help);
    connect(m_help, &QToolButton::clicked, this, [this] { m_terms->openBelow(*m_help); });
    connect(m_field, &QLineEdit::textChanged, this, &PieceSearch::complain);
}

void PieceSearch::complain(const QString& search)
{
    const QStringList complaints = parsePieceQuery(search).complaints;
    QString words = complaints.join(QLatin1Char(' '));
    if (complaints.size() > 2)
        words = tr("%1 %2 And %3 more terms are not understood.")
                    .arg(complaints[0], complaints[1])
                    .arg(complaints.size() - 2);
    m_complaint->setText(words);
    m_complaint->setVisible(!words.isEmpty());
    m_field->setAccessibleDescription(words);
}

void PieceSearch::setFilter(const PieceFilter& filter)
{
    m_filter = filter;
    if (m_field->text() != filter.words)
        m_field->setText(filter.words);
}

void PieceSearch::save(const QString& name)
{
    std::vector<SavedFilter> filters = savedFilters(m_settings);
    PieceFilter filter = m_filter;
    filter.words = m_field->text().simplified();
    addSavedFilter(filters, {name, filter});
    keepSavedFilters(m_settings, filters);
}

void PieceSearch::rename(const QString& from, const QString& to)
{
    std::vector<SavedFilter> filters = savedFilters(m_settings);
    if (from == to)
        return;
    std::erase_if(filters, [&](const SavedFilter& each) { return each.name == to; });
    for (SavedFilter& each : filters) {
        if (each.name == from)
            each.name = to;
    }
    keepSavedFilters(m_settings, filters);
}

void PieceSearch::forget(const QString& name)
{
    std::vector<SavedFilter> filters = savedFilters(m_settings);
    std::erase_if(filters, [&](const SavedFilter& each) { return each.name == name; });
    keepSavedFilters(m_settings, filters);
}

void PieceSearch::fillMenu(QMenu& menu)
{
    qDeleteAll(menu.findChildren<QMenu*>(Qt::FindDirectChildrenOnly));
    menu.clear();
    menu.setToolTipsVisible(true);
    const std::vector<SavedFilter> filters = savedFilters(m_settings);
    PieceFilter current = m_filter;
    current.words = m_field->text().simplified();
    // A name may have what menus read as a mark of a key.
    const auto plain = [](QString name) {
        return name.replace(QLatin1Char('&'), QStringLiteral("&&"));
    };
    for (const SavedFilter& each : filters) {
        QAction* action = menu.addAction(plain(each.name));
        action->setCheckable(true);
        action->setChecked(each.filter == current);
        action->setToolTip(each.filter.words);
        connect(action, &QAction::triggered, this,
                [this, filter = each.filter] { Q_EMIT filterChosen(filter); });
    }
    if (!filters.empty())
        menu.addSeparator();
    QAction* save = menu.addAction(tr("Save this filter…"));
    connect(save, &QAction::triggered, this, [this] {
        askForName(tr("Save this filter"), m_field->text().simplified(),
                   [this](const QString& name) { PieceSearch::save(name); });
    });
    setEnabledBecause(
        *save, current == PieceFilter{}
                   ? tr("All pieces are shown: search for something or choose a "
                        "group first.")
               : filters.size() >= kMostSavedFilters
                   ? tr("There are %1 saved filters: delete one first.").arg(kMostSavedFilters)
                   : QString());
    const QString nothing = tr("No filter is saved yet.");
    QMenu* renaming = menu.addMenu(tr("Rename"));
    QMenu* deleting = menu.addMenu(tr("Delete"));
    for (const SavedFilter& each : filters) {
        connect(renaming->addAction(plain(each.name)), &QAction::triggered, this,
                [this, name = each.name] {
                    askForName(tr("Rename “%1”").arg(name), name,
                               [this, name](const QString& to) { rename(name, to); });
                });
        connect(deleting->addAction(plain(each.name)), &QAction::triggered, this,
                [this, name = each.name] { forget(name); });
    }
    for (QMenu* each : {renaming, deleting})
        setEnabledBecause(*each->menuAction(), filters.empty() ? nothing : QString());
}

void PieceSearch::askForName(const QString& title, const QString& before,
                             const std::function<void(const QString&)>& named)
{
    auto* dialog = new QInputDialog(window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(tr("Name of the filter:"));
    dialog->setTextValue(before.left(kLongestName));
    connect(dialog, &QInputDialog::textValueSelected, this, [named](const QString& name) {
        if (const QString chosen = name.simplified().left(kLongestName); !chosen.isEmpty())
            named(chosen);
    });
    dialog->open();
}

} // namespace continuo::ui
