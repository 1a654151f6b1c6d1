// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/column_choice.h"

#include "ui/dataset/piece_columns.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QScopedValueRollback>
#include <QSettings>
#include <QTableView>

#include <algorithm>

namespace continuo::ui {

namespace {

const QString kColumnsKey = QStringLiteral("dataset/columns");
const QString kWidthsKey = QStringLiteral("dataset/columnWidths");
constexpr int kNarrowest = 40;
constexpr int kWidest = 2000;

/// Stays open while boxes are ticked, as several are at once.
class StayingMenu final : public QMenu
{
public:
    using QMenu::QMenu;

protected:
    void mouseReleaseEvent(QMouseEvent* event) override
    {
        if (!toggle(actionAt(event->pos())))
            QMenu::mouseReleaseEvent(event);
    }
    void keyPressEvent(QKeyEvent* event) override
    {
        const bool isToggle = event->key() == Qt::Key_Space || event->key() == Qt::Key_Return ||
                              event->key() == Qt::Key_Enter;
        if (!isToggle || !toggle(activeAction()))
            QMenu::keyPressEvent(event);
    }

private:
    static bool toggle(QAction* action)
    {
        if (!action || !action->isCheckable() || !action->isEnabled())
            return false;
        action->trigger();
        return true;
    }
};

} // namespace

ColumnChoice::ColumnChoice(QTableView& view)
    : QObject(&view)
    , m_view(view)
{
    view.horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    view.horizontalHeader()->setContextMenuPolicy(Qt::CustomContextMenu);
    showAsAtFirst();
    connect(view.horizontalHeader(), &QHeaderView::sectionResized, this,
            [this](int section, int, int width) { widthWasSet(section, width); });
    connect(view.horizontalHeader(), &QHeaderView::customContextMenuRequested, this,
            [this](const QPoint& place) {
                QMenu* menu = makeMenu(&m_view);
                menu->setAttribute(Qt::WA_DeleteOnClose);
                menu->popup(m_view.horizontalHeader()->mapToGlobal(place));
            });
}

void ColumnChoice::keepIn(QSettings& settings)
{
    // A column that comes into sight is resized too, by nobody's hand.
    const QScopedValueRollback fitting(m_isFitting, true);
    m_settings = &settings;
    const QStringList shown = settings.value(kColumnsKey).toStringList();
    std::vector<PieceColumn> columns;
    for (const QString& id : shown) {
        if (const auto column = pieceColumnOf(id))
            columns.push_back(*column);
    }
    if (!columns.empty()) {
        for (int i = 0; i < kPieceColumnCount; ++i)
            m_view.setColumnHidden(i, std::ranges::find(columns, static_cast<PieceColumn>(i)) ==
                                          columns.end());
    }
    const QVariantMap widths = settings.value(kWidthsKey).toMap();
    for (const auto& [id, width] : widths.asKeyValueRange()) {
        if (const auto column = pieceColumnOf(id))
            m_widths[*column] = std::clamp(width.toInt(), kNarrowest, kWidest);
    }
    fit();
}

bool ColumnChoice::isShown(PieceColumn column) const
{
    return !m_view.isColumnHidden(static_cast<int>(column));
}

void ColumnChoice::setShown(PieceColumn column, bool isWanted)
{
    const QHeaderView& header = *m_view.horizontalHeader();
    const bool isLast = isShown(column) && header.count() - header.hiddenSectionCount() == 1;
    if (isWanted == isShown(column) || (isLast && !isWanted))
        return;
    {
        const QScopedValueRollback fitting(m_isFitting, true);
        m_view.setColumnHidden(static_cast<int>(column), !isWanted);
    }
    fit();
    keep();
}

void ColumnChoice::reset()
{
    m_widths.clear();
    showAsAtFirst();
    fit();
    if (m_settings) {
        m_settings->remove(kColumnsKey);
        m_settings->remove(kWidthsKey);
    }
}

void ColumnChoice::showAsAtFirst()
{
    const QScopedValueRollback fitting(m_isFitting, true);
    for (int i = 0; i < kPieceColumnCount; ++i)
        m_view.setColumnHidden(i, !lookOf(static_cast<PieceColumn>(i)).isShown);
}

void ColumnChoice::fit()
{
    const QScopedValueRollback fitting(m_isFitting, true);
    std::vector<int> takers;
    int room = m_view.viewport()->width();
    for (int i = 0; i < kPieceColumnCount; ++i) {
        if (m_view.isColumnHidden(i))
            continue;
        const PieceColumnLook look = lookOf(static_cast<PieceColumn>(i));
        const auto set = m_widths.find(static_cast<PieceColumn>(i));
        const int width = set != m_widths.end() ? set->second : look.width;
        if (look.takesRest && set == m_widths.end()) {
            takers.push_back(i);
            continue;
        }
        m_view.setColumnWidth(i, width);
        room -= width;
    }
    for (std::size_t i = 0; i < takers.size(); ++i) {
        const int share = room / static_cast<int>(takers.size() - i);
        const int width = std::max(share, lookOf(static_cast<PieceColumn>(takers[i])).width);
        m_view.setColumnWidth(takers[i], width);
        room -= width;
    }
}

void ColumnChoice::widthWasSet(int section, int width)
{
    if (m_isFitting || width == 0)
        return;
    m_widths[static_cast<PieceColumn>(section)] = width;
    fit();
    keep();
}

void ColumnChoice::keep() const
{
    if (!m_settings)
        return;
    QStringList shown;
    for (int i = 0; i < kPieceColumnCount; ++i) {
        if (!m_view.isColumnHidden(i))
            shown << lookOf(static_cast<PieceColumn>(i)).id;
    }
    QVariantMap widths;
    for (const auto& [column, width] : m_widths)
        widths[lookOf(column).id] = width;
    m_settings->setValue(kColumnsKey, shown);
    m_settings->setValue(kWidthsKey, widths);
}

QMenu* ColumnChoice::makeMenu(QWidget* parent)
{
    auto* menu = new StayingMenu(tr("Columns"), parent);
    for (int i = 0; i < kPieceColumnCount; ++i) {
        const auto column = static_cast<PieceColumn>(i);
        QAction* box = menu->addAction(lookOf(column).title);
        box->setCheckable(true);
        box->setChecked(isShown(column));
        connect(box, &QAction::toggled, this, [this, column, box](bool isOn) {
            setShown(column, isOn);
            box->setChecked(isShown(column));
        });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("Reset columns")), &QAction::triggered, this, &ColumnChoice::reset);
    return menu;
}

} // namespace continuo::ui
