// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/background_queue.h"
#include "ui/dataset/note_statistics.h"

#include <QWidget>

QT_BEGIN_NAMESPACE
class QLabel;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class HistogramView;

/// The right panel: what notes there are in the set or in the pieces chosen, counted off this
/// thread and drawn as it grows.
class HistogramPanel final : public QWidget
{
    Q_OBJECT

public:
    explicit HistogramPanel(const Appearance& appearance, QWidget* parent = nullptr);
    ~HistogramPanel() override;

    /// Counts the notes of `pieces` of the set; of very many, of some that lie evenly among them,
    /// and says so. `isChoice`: they are pieces the user chose, not the set.
    void count(const QString& set, std::vector<PiecePlace> pieces, bool isChoice);
    void clear();
    const NoteStatistics& statistics() const { return m_statistics; }

Q_SIGNALS:
    /// What was asked for is counted.
    void counted();

private:
    void show(const NoteStatistics& statistics, std::size_t wanted, std::size_t all, bool isChoice);

    QLabel* m_of;
    HistogramView* m_pitchClasses;
    HistogramView* m_intervals;
    HistogramView* m_durations;
    NoteStatistics m_statistics{};
    CancelToken m_cancel{};
    BackgroundQueue m_queue;
};

} // namespace continuo::ui
