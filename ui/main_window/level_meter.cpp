// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window/level_meter.h"

#include "ui/base/appearance.h"
#include "ui/play/player.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace continuo::ui {

namespace {

constexpr int kTickMs = 40;
constexpr double kFloor = -60;       ///< Decibels: what is softer is not drawn.
constexpr double kFallPerTick = 1.2; ///< Decibels; 30 a second.
constexpr int kTooLongTicks = 50;    ///< Two seconds in red after a sample that was cut off.
constexpr double kBarHeight = 4;
constexpr double kGap = 3;

double decibelsOf(float sample)
{
    return sample > 0 ? std::max(20 * std::log10(static_cast<double>(sample)), kFloor) : kFloor;
}

} // namespace

LevelMeter::LevelMeter(const Appearance& appearance, Player& player, QWidget* parent)
    : QWidget(parent)
    , m_appearance(appearance)
    , m_player(player)
    , m_bars{Bar{kFloor}, Bar{kFloor}}
{
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Loudness"));
    setToolTip(tr("How loud the left and the right channel are. Red: too loud, so that the tops "
                  "are cut off"));
    m_timer.setInterval(kTickMs);
    connect(&m_timer, &QTimer::timeout, this, &LevelMeter::follow);
    connect(&player, &Player::sounds, &m_timer, qOverload<>(&QTimer::start));
    connect(&appearance, &Appearance::changed, this, qOverload<>(&QWidget::update));
}

void LevelMeter::follow()
{
    const StereoLevel level = m_player.takeLevel();
    bool isAtRest = !m_player.isPlaying() && m_player.auditioned().isEmpty();
    for (auto& [bar, sample] :
         {std::pair<Bar&, float>{m_bars[0], level.left}, {m_bars[1], level.right}}) {
        bar.decibels = std::max(decibelsOf(sample), bar.decibels - kFallPerTick);
        bar.ticksTooLoud = sample >= 1 ? kTooLongTicks : std::max(bar.ticksTooLoud - 1, 0);
        isAtRest = isAtRest && bar.decibels <= kFloor && bar.ticksTooLoud == 0;
    }
    if (isAtRest)
        m_timer.stop();
    update();
}

void LevelMeter::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const Palette& palette = m_appearance.palette();
    double y = (height() - 2 * kBarHeight - kGap) / 2;
    for (const Bar& bar : m_bars) {
        painter.setBrush(palette.line);
        painter.drawRoundedRect(QRectF(0, y, width(), kBarHeight), kBarHeight / 2, kBarHeight / 2);
        const double share = std::min(1 - bar.decibels / kFloor, 1.0);
        if (share > 0) {
            painter.setBrush(bar.ticksTooLoud > 0 ? palette.bad : palette.accent);
            painter.drawRoundedRect(QRectF(0, y, std::max(share * width(), kBarHeight), kBarHeight),
                                    kBarHeight / 2, kBarHeight / 2);
        }
        y += kBarHeight + kGap;
    }
}

} // namespace continuo::ui
