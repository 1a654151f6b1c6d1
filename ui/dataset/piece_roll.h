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
    /// A stretch of bars with a frame around it and words for the pointer.
    struct Mark
    {
        std::int64_t firstBar = 0; ///< From 0.
        std::int64_t lastBar = 0;
        QString words{};
    };
    /// Until another piece is shown.
    void setMarks(std::vector<Mark> marks);
    /// Notes in the quiet colour: a version that is compared with another.
    void setQuiet(bool isQuiet);
    /// Turns together with another roll and draws at the same scale: neither stretches what the
    /// other has more of. `other` must live as long.
    void setBeside(PieceRoll& other);
    /// The first bar that is drawn, from 0.
    void turnTo(std::int64_t firstBar);
    /// "bars 17–32 of 311" where the piece is not drawn whole; else empty.
    QString shownBars() const;
    /// Where a time is drawn, in pixels from the left edge.
    double x(Tick time) const;
    /// What stands in the place of a piece while none is shown.
    void setEmptyWords(const QString& words);
    /// Nothing: no playhead.
    void setPlayhead(std::optional<Tick> time);

    QSize sizeHint() const override { return {400, 104}; }
    QSize minimumSizeHint() const override { return {120, 72}; }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;

private:
    std::int64_t barCount() const;
    std::int64_t lastShownBar() const;
    Tick startOf(std::int64_t bar) const;
    Tick shownLength() const;
    double perTick() const;

    const Appearance& m_appearance;
    PieceRoll* m_beside = nullptr;
    std::vector<Note> m_notes{}; ///< By start.
    std::vector<Tick> m_bars{};  ///< Where each begins, and the end of the last.
    std::int64_t m_firstBar = 0;
    int m_lowest = 60;
    int m_highest = 72;
    std::vector<Mark> m_marks{};
    bool m_isQuiet = false;
    std::optional<Tick> m_playhead{};
    QString m_emptyWords{};
};

} // namespace continuo::ui
