// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTimer>
#include <QWidget>

#include <array>

namespace continuo::ui {

class Appearance;
class Player;

/// How loud the left and the right channel are, as two bars from −60 dB to full scale. It sleeps
/// while nothing sounds.
class LevelMeter final : public QWidget
{
    Q_OBJECT

public:
    /// Both are borrowed and must outlive the meter.
    LevelMeter(const Appearance& appearance, Player& player, QWidget* parent = nullptr);

    QSize sizeHint() const override { return {110, 16}; }
    QSize minimumSizeHint() const override { return {40, 16}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    struct Bar
    {
        double decibels = 0; ///< As drawn: it falls slower than the sound.
        int ticksTooLoud = 0;
    };
    void follow();

    const Appearance& m_appearance;
    Player& m_player;
    std::array<Bar, 2> m_bars;
    QTimer m_timer;
};

} // namespace continuo::ui
