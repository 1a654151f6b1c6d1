// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/form_row.h"

#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"

#include <QBoxLayout>
#include <QButtonGroup>
#include <QLabel>
#include <QPainter>
#include <QStyle>
#include <QToolButton>

namespace continuo::ui {

namespace {

constexpr int kWordWidth = 86;

} // namespace

FormRow::FormRow(const QString& word, std::initializer_list<QWidget*> fields, QWidget* parent)
    : QWidget(parent)
    , m_word(label(word, TextRole::Muted, this))
    , m_row(new QBoxLayout(QBoxLayout::LeftToRight, this))
{
    m_row->setContentsMargins(0, 0, 0, 0);
    m_row->setSpacing(8);
    m_word->setFixedWidth(kWordWidth);
    m_row->addWidget(m_word);
    auto* together = new QHBoxLayout;
    together->setSpacing(6);
    for (QWidget* field : fields) {
        const bool isFixed = field->sizePolicy().horizontalPolicy() == QSizePolicy::Fixed;
        together->addWidget(field, isFixed ? 0 : 1);
        if (field->accessibleName().isEmpty())
            field->setAccessibleName(word);
    }
    m_row->addLayout(together, 1);
    m_word->setBuddy(*fields.begin());
}

void FormRow::setWord(const QString& word)
{
    m_word->setText(word);
}

void FormRow::setStacked(bool isStacked)
{
    if (isStacked == (m_row->direction() == QBoxLayout::TopToBottom))
        return;
    m_row->setDirection(isStacked ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
    m_row->setSpacing(isStacked ? 2 : 8);
    m_word->setProperty("role", isStacked ? QStringLiteral("small") : QStringLiteral("muted"));
    m_word->style()->unpolish(m_word);
    m_word->style()->polish(m_word);
}

SegmentedChoice::SegmentedChoice(const QString& name, QWidget* parent)
    : QWidget(parent)
    , m_buttons(new QButtonGroup(this))
    , m_grid(new QGridLayout(this))
{
    setAccessibleName(name);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    m_grid->setContentsMargins(2, 2, 2, 2);
    m_grid->setSpacing(2);
    connect(m_buttons, &QButtonGroup::idToggled, this, [this](int index, bool isChecked) {
        if (isChecked)
            Q_EMIT chosenChanged(index);
    });
}

void SegmentedChoice::add(const QString& word, const QString& help)
{
    auto* segment = new QToolButton(this);
    segment->setText(word);
    segment->setToolTip(help);
    segment->setCheckable(true);
    segment->setProperty("segment", true);
    segment->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    segment->setFixedHeight(26);
    segment->setMinimumWidth(1); // a narrow panel takes the room around the words
    takeKeysOnlyFromKeyboard(*segment);
    const auto index = static_cast<int>(m_buttons->buttons().size());
    m_buttons->addButton(segment, index);
    m_grid->addWidget(segment, index / 2, index % 2);
    if (m_buttons->checkedId() < 0)
        segment->setChecked(true);
}

int SegmentedChoice::chosen() const
{
    return m_buttons->checkedId();
}

void SegmentedChoice::choose(int index)
{
    m_buttons->button(index)->setChecked(true);
}

void SegmentedChoice::setWhyNot(int index, const QString& because)
{
    setEnabledBecause(*m_buttons->button(index), because);
}

void SegmentedChoice::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(palette().color(QPalette::Mid));
    painter.setBrush(palette().color(QPalette::Base));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
}

} // namespace continuo::ui
