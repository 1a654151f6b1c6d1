// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/alternatives_list.h"

#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/compose/alternative_card.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QVBoxLayout>

#include <algorithm>

namespace continuo::ui {

namespace {

constexpr int kNarrow = 200;

bool isOurKey(const QKeyEvent& event)
{
    if (event.modifiers() != Qt::NoModifier && event.modifiers() != Qt::KeypadModifier)
        return false;
    switch (event.key()) {
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
    case Qt::Key_Space:
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Delete:
        return true;
    default:
        return false;
    }
}

} // namespace

AlternativesList::AlternativesList(const Appearance& appearance, QWidget* parent)
    : QScrollArea(parent)
    , m_appearance(appearance)
{
    setAccessibleName(tr("Alternatives"));
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setWidgetResizable(true);
    auto* content = new QWidget;
    setSurface(*content, Surface::Panel);
    m_column = new QVBoxLayout(content);
    m_column->setContentsMargins(0, 0, 0, 0);
    m_column->setSpacing(9);
    m_remarks = label({}, TextRole::Small, content);
    m_remarks->setWordWrap(true);
    m_remarks->hide();
    m_column->addWidget(m_remarks);
    m_column->addStretch(1);
    setWidget(content);
    connect(&appearance, &Appearance::changed, this, [this] {
        for (AlternativeCard* one : m_cards)
            one->update();
    });
}

void AlternativesList::show(const std::vector<Alternative>& alternatives, TickRange range)
{
    const auto former = std::ranges::find_if(
        m_cards, [this](const AlternativeCard* one) { return one->index() == m_chosen; });
    const auto formerPlace = former - m_cards.begin();
    std::erase_if(m_cards, [&](AlternativeCard* one) {
        if (std::ranges::find(alternatives, one->index(), &Alternative::index) !=
            alternatives.end())
            return false;
        one->hide();
        one->deleteLater();
        return true;
    });
    for (const Alternative& alternative : alternatives) {
        if (!card(alternative.index))
            addCard(alternative.index);
        card(alternative.index)->show(alternative, range);
    }
    if (m_cards.empty()) {
        if (std::exchange(m_chosen, std::nullopt))
            Q_EMIT chosenChanged();
    } else if (!m_chosen || !card(*m_chosen)) {
        const auto place =
            std::clamp<std::ptrdiff_t>(m_chosen ? formerPlace : 0, 0, std::ssize(m_cards) - 1);
        choose(m_cards[static_cast<std::size_t>(place)]->index());
    }
}

AlternativeCard* AlternativesList::card(int index) const
{
    const auto found = std::ranges::find_if(
        m_cards, [index](const AlternativeCard* one) { return one->index() == index; });
    return found == m_cards.end() ? nullptr : *found;
}

void AlternativesList::addCard(int index)
{
    auto* made = new AlternativeCard(m_appearance, index, widget());
    const auto place = std::ranges::find_if(
        m_cards, [index](const AlternativeCard* one) { return one->index() > index; });
    m_column->insertWidget(static_cast<int>(place - m_cards.begin()), made);
    m_cards.insert(place, made);
    made->setNarrow(viewport()->width() < kNarrow);
    connect(made, &AlternativeCard::pressed, this, [this, index] {
        setFocus(Qt::MouseFocusReason);
        choose(index);
    });
    connect(made, &AlternativeCard::playPressed, this, [this, index] {
        choose(index);
        Q_EMIT playRequested(index);
    });
    connect(made, &AlternativeCard::keepPressed, this,
            [this, index] { Q_EMIT keepRequested(index); });
    connect(made, &AlternativeCard::menuRequested, this, [this, index](const QPoint& at) {
        choose(index);
        Q_EMIT menuRequested(index, at);
    });
}

void AlternativesList::contextMenuEvent(QContextMenuEvent* event)
{
    // The key of the menu is pressed where the keyboard is: on the list.
    if (event->reason() == QContextMenuEvent::Keyboard && m_chosen)
        Q_EMIT menuRequested(*m_chosen,
                             card(*m_chosen)->mapToGlobal(card(*m_chosen)->rect().center()));
}

void AlternativesList::choose(int index)
{
    if (m_chosen == index || !card(index))
        return;
    m_chosen = index;
    for (AlternativeCard* one : m_cards)
        one->setChosen(one->index() == index);
    ensureWidgetVisible(card(index), 0, 4);
    setAccessibleDescription(card(index)->accessibleName());
    Q_EMIT chosenChanged();
}

void AlternativesList::setRemarks(const QString& remarks)
{
    m_remarks->setText(remarks);
    m_remarks->setVisible(!remarks.isEmpty());
}

void AlternativesList::resizeEvent(QResizeEvent* event)
{
    QScrollArea::resizeEvent(event);
    for (AlternativeCard* one : m_cards)
        one->setNarrow(viewport()->width() < kNarrow);
    if (m_chosen)
        ensureWidgetVisible(card(*m_chosen), 0, 4);
}

void AlternativesList::setPlaying(std::optional<int> index)
{
    m_playing = index;
    for (AlternativeCard* one : m_cards)
        one->setPlaying(index == one->index());
}

void AlternativesList::chooseNext(int by)
{
    const auto here = std::ranges::find_if(
        m_cards, [this](const AlternativeCard* one) { return one->index() == m_chosen; });
    const auto place =
        std::clamp<std::ptrdiff_t>(here - m_cards.begin() + by, 0, std::ssize(m_cards) - 1);
    choose(m_cards[static_cast<std::size_t>(place)]->index());
}

bool AlternativesList::event(QEvent* event)
{
    // Before the window's own Space and Enter: here they mean the chosen alternative.
    if (event->type() == QEvent::ShortcutOverride && m_chosen &&
        isOurKey(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    return QScrollArea::event(event);
}

void AlternativesList::keyPressEvent(QKeyEvent* event)
{
    if (!m_chosen || !isOurKey(*event)) {
        QScrollArea::keyPressEvent(event);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Up:
        chooseNext(-1);
        break;
    case Qt::Key_Down:
        chooseNext(1);
        break;
    case Qt::Key_Home:
        choose(m_cards.front()->index());
        break;
    case Qt::Key_End:
        choose(m_cards.back()->index());
        break;
    case Qt::Key_Space:
        Q_EMIT playRequested(*m_chosen);
        break;
    case Qt::Key_Delete:
        Q_EMIT discardRequested(*m_chosen);
        break;
    default:
        Q_EMIT keepRequested(*m_chosen);
        break;
    }
}

} // namespace continuo::ui
