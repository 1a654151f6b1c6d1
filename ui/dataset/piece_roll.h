// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note.h"
#include "core/music/score.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace continuo::ui {

class Appearance;

/// A piece drawn small: bars, notes, the playhead. Long pieces show some bars, follow the playhead
/// and scroll with the wheel.
class PieceRoll final : public QWidget
{
    Q_OBJECT

public:
    /// `appearance` is borrowed and must outlive the roll.
    explicit PieceRoll(const Appearance& appearance, QWidget* parent = nullptr);

    void setScore(const Score& score);
    void clear();
    /// What stands in the place of a piece while none is shown.
    void setEmptyWords(const QString& words);
    /// Nothing: no playhead.
    void setPlayhead(std::optional<Tick> time);

    QSize sizeHint() const override { return {400, 104}; }
    QSize minimumSizeHint() const override { return {120, 72}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    void turnTo(std::int64_t firstBar);
    Tick startOf(std::int64_t bar) const;

    const Appearance& m_appearance;
    std::vector<Note> m_notes{}; ///< By start.
    std::vector<Tick> m_bars{};  ///< Where each begins, and the end of the last.
    std::int64_t m_firstBar = 0;
    int m_lowest = 60;
    int m_highest = 72;
    std::optional<Tick> m_playhead{};
    QString m_emptyWords{};
};

} // namespace continuo::ui
