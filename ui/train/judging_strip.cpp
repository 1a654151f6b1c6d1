// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/judging_strip.h"

#include "ui/base/panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

constexpr int kBarSteps = 1000;

} // namespace

JudgingStrip::JudgingStrip(QPushButton* start, QWidget* parent)
    : QWidget(parent)
    , m_words(label(QString(), TextRole::Muted, this))
    , m_bar(new QProgressBar(this))
    , m_choose(button(tr("Choose the set…"), this))
    , m_start(start)
    , m_stop(button(tr("Stop"), this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_words->setWordWrap(true);
    column->addWidget(m_words);
    m_bar->setRange(0, kBarSteps);
    m_bar->setTextVisible(false);
    m_bar->setAccessibleName(tr("How far the judging is"));
    column->addWidget(m_bar);
    auto* foot = new QHBoxLayout;
    foot->addWidget(m_choose);
    foot->addStretch();
    foot->addWidget(m_start);
    foot->addWidget(m_stop);
    auto* close = button(tr("Close"), this);
    foot->addWidget(close);
    column->addLayout(foot);
    connect(m_choose, &QPushButton::clicked, this, &JudgingStrip::chooseRequested);
    connect(m_stop, &QPushButton::clicked, this, &JudgingStrip::stopRequested);
    connect(close, &QPushButton::clicked, this, &JudgingStrip::closeRequested);
}

void JudgingStrip::tell(const QString& words, std::optional<double> share)
{
    m_told = words;
    m_bar->setValue(static_cast<int>(share.value_or(0) * kBarSteps));
}

void JudgingStrip::forget()
{
    tell(QString(), {});
}

void JudgingStrip::setJudging(bool isJudging, const QString& atFirst)
{
    m_words->setText(!isJudging ? QString() : m_told.isEmpty() ? atFirst : m_told);
    m_words->setVisible(!m_words->text().isEmpty());
    m_bar->setVisible(isJudging);
    m_stop->setVisible(isJudging);
}

} // namespace continuo::ui
