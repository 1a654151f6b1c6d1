// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/field_menu.h"

#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"

#include <QKeyEvent>
#include <QStyleOptionToolButton>
#include <QStylePainter>

#include <utility>

namespace continuo::ui {

namespace {

constexpr int kPadding = 8;
constexpr int kArrow = 8; ///< Width of the arrow; as much stands before it.

} // namespace

FieldMenu::FieldMenu(const QString& name, QWidget* parent)
    : QToolButton(parent)
    , m_name(name)
{
    setProperty("field", true);
    setAccessibleName(name);
    setPopupMode(QToolButton::InstantPopup);
    setToolButtonStyle(Qt::ToolButtonTextOnly);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setMenu(new QMenu(this));
    takeKeysOnlyFromKeyboard(*this);
}

void FieldMenu::setFill(std::function<void(QMenu&)> fill)
{
    connect(menu(), &QMenu::aboutToShow, this, [this, fill = std::move(fill)] {
        qDeleteAll(menu()->findChildren<QMenu*>(Qt::FindDirectChildrenOnly));
        menu()->clear();
        menu()->setMinimumWidth(width());
        fill(*menu());
    });
}

void FieldMenu::setWords(const QString& words)
{
    if (words == m_words)
        return;
    m_words = words;
    setText(words);
    tell();
    updateGeometry();
}

void FieldMenu::setHelp(const QString& help)
{
    m_help = help;
    tell();
}

void FieldMenu::tell()
{
    setAccessibleDescription(m_words);
    const QString value = QStringLiteral("%1: %2").arg(m_name, m_words);
    const QString whole = m_help.isEmpty() ? value : value + QLatin1Char('\n') + m_help;
    setProperty("ownToolTip", whole);
    if (isEnabled())
        setToolTip(whole);
}

QSize FieldMenu::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(m_words) + 2 * kPadding + 2 * kArrow, 28};
}

QSize FieldMenu::minimumSizeHint() const
{
    return {56, 28};
}

void FieldMenu::paintEvent(QPaintEvent*)
{
    QStylePainter painter(this);
    QStyleOptionToolButton option;
    initStyleOption(&option);
    option.text.clear();
    option.features &= ~QStyleOptionToolButton::HasMenu;
    painter.drawComplexControl(QStyle::CC_ToolButton, option);

    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(
        palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::WindowText));
    const QRect words = rect().adjusted(kPadding, 0, -kPadding - 2 * kArrow, 0);
    painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(m_words, Qt::ElideRight, words.width()));

    QPen pen(palette().color(QPalette::PlaceholderText), 1.4);
    pen.setCapStyle(Qt::RoundCap);
    painter.setPen(pen);
    const QPointF tip(rect().right() - kPadding - kArrow / 2.0, rect().center().y() + 2.5);
    painter.drawPolyline(QPolygonF({tip + QPointF(-3.5, -3.5), tip, tip + QPointF(3.5, -3.5)}));
}

void FieldMenu::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Down || event->key() == Qt::Key_Return ||
        event->key() == Qt::Key_Enter)
        showMenu();
    else
        QToolButton::keyPressEvent(event);
}

QAction* addChoice(QMenu& menu, const QString& words, bool isChosen, std::function<void()> chosen)
{
    QAction* action = menu.addAction(words, &menu, std::move(chosen));
    action->setCheckable(true);
    action->setChecked(isChosen);
    return action;
}

} // namespace continuo::ui
