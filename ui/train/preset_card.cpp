// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/preset_card.h"

#include "ui/base/panel.h"
#include "ui/train/run_facts.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPaintEvent>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

constexpr int kChipHeight = 20; ///< Its round ends want twice their radius.

} // namespace

QString presetKindInWords(const PresetInfo& preset)
{
    return networkInWords(preset.job);
}

PresetCard::PresetCard(const PresetInfo& preset, QWidget* parent)
    : QAbstractButton(parent)
    , m_preset(preset.name)
    , m_frame(new QFrame(this))
    , m_time(label(QString(), TextRole::Chip, m_frame))
{
    setCheckable(true);
    setAutoExclusive(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(preset.title);
    setAccessibleDescription(preset.description);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setFixedHeight(sizeHint().height());
    setSurface(*m_frame, Surface::Card);

    auto* column = new QVBoxLayout(m_frame);
    column->setContentsMargins(14, 10, 14, 10);
    column->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setSpacing(8);
    auto* title = label(preset.title, TextRole::Plain, m_frame);
    QFont semibold = title->font();
    semibold.setWeight(QFont::DemiBold);
    title->setFont(semibold);
    title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    title->setToolTip(preset.title);
    head->addWidget(title, 1);
    auto* kind = label(presetKindInWords(preset), TextRole::Small, m_frame);
    kind->setToolTip(preset.name);
    head->addWidget(kind);
    column->addLayout(head);
    auto* words = label(preset.description, TextRole::Muted, m_frame);
    words->setWordWrap(true);
    words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(words, 1);
    auto* foot = new QHBoxLayout;
    m_time->hide();
    m_time->setFixedHeight(kChipHeight);
    foot->addWidget(m_time, 0, Qt::AlignVCenter);
    foot->addStretch();
    auto* about = quietButton(tr("about this system ›"), m_frame);
    about->setProperty("small", true);
    about->setAccessibleName(tr("About %1").arg(preset.title));
    about->setToolTip(tr("Where it comes from and what is known to be wrong with it"));
    connect(about, &QPushButton::clicked, this, [this] { Q_EMIT aboutRequested(m_preset); });
    foot->addWidget(about);
    column->addLayout(foot);
    for (QLabel* each : m_frame->findChildren<QLabel*>())
        each->setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(this, &QAbstractButton::toggled, this,
            [this](bool isOn) { setStyleFlag(*m_frame, "chosen", isOn); });
}

void PresetCard::setTime(const QString& words)
{
    m_time->setText(words);
    m_time->setVisible(!words.isEmpty());
}

void PresetCard::paintEvent(QPaintEvent*)
{
    // The frame inside paints.
}

void PresetCard::focusInEvent(QFocusEvent* event)
{
    setStyleFlag(*m_frame, "focused", true);
    QAbstractButton::focusInEvent(event);
}

void PresetCard::focusOutEvent(QFocusEvent* event)
{
    setStyleFlag(*m_frame, "focused", false);
    QAbstractButton::focusOutEvent(event);
}

void PresetCard::resizeEvent(QResizeEvent* event)
{
    m_frame->setGeometry(rect());
    QAbstractButton::resizeEvent(event);
}

void PresetCard::checkStateSet()
{
    QAbstractButton::checkStateSet();
    setStyleFlag(*m_frame, "chosen", isChecked());
}

void PresetCard::nextCheckState()
{
    setChecked(true);
}

} // namespace continuo::ui
