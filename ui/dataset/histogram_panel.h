// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/dataset/background_queue.h"
#include "ui/dataset/fact_statistics.h"
#include "ui/dataset/note_statistics.h"
#include "ui/dataset/piece_table.h"

#include <QWidget>

#include <array>
#include <memory>
#include <vector>

QT_BEGIN_NAMESPACE
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class HistogramView;
class LegendLine;
struct Palette;

/// The right panel: distributions over the set, with the pieces that pass the filter and those that
/// are chosen drawn over them. Keys, tempos and lengths are counted from the rows at once, notes
/// off this thread, drawn as it grows.
class HistogramPanel final : public QWidget
{
    Q_OBJECT

public:
    enum Layer
    {
        Set,
        Filter, ///< Nothing while all pieces pass.
        Choice  ///< Nothing while less than two are chosen.
    };
    static constexpr std::size_t kLayerCount = 3;

    explicit HistogramPanel(const Appearance& appearance, QWidget* parent = nullptr);
    ~HistogramPanel() override;

    /// Counts the pieces of the set in `file`, those that `table` shows and those in `chosenRows`
    /// of it. What was counted before and is the same is kept; of very many pieces the notes of
    /// some that lie evenly among them are counted, and it is said.
    void count(const QString& file, const PieceTable& table, const std::vector<int>& chosenRows);
    void clear();
    const NoteStatistics& statistics(Layer layer = Set) const { return m_layers[layer].notes; }
    const FactStatistics& facts(Layer layer = Set) const { return m_layers[layer].facts; }

Q_SIGNALS:
    /// The notes of a layer are counted.
    void counted();
    /// A bar was clicked: terms that find its pieces; see withTerm().
    void termChosen(const QString& term);

private:
    /// What one layer counts, and has counted.
    struct Counting
    {
        std::vector<PiecePlace> pieces{};
        std::size_t wanted = 0; ///< Of these, the notes of so many.
        bool isCounted = true;  ///< To the end; some may not have been readable.
        NoteStatistics notes{};
        FactStatistics facts{};
        CancelToken cancel{};
    };

    HistogramView* addPlot(QVBoxLayout& column, const Appearance& appearance, const QString& name,
                           const QString& meaning, QColor Palette::*role);
    void countLayer(Layer layer, const QString& file, std::vector<PiecePlace> pieces);
    void drawNotes();
    void drawFacts();
    void drawLegend();

    std::array<LegendLine*, kLayerCount> m_legend{};
    HistogramView* m_pitches = nullptr;
    HistogramView* m_pitchClasses = nullptr;
    HistogramView* m_intervals = nullptr;
    HistogramView* m_durations = nullptr;
    HistogramView* m_onsets = nullptr;
    HistogramView* m_keys = nullptr;
    HistogramView* m_tempos = nullptr;
    HistogramView* m_lengths = nullptr;
    QString m_file{};
    std::array<Counting, kLayerCount> m_layers{};
    BackgroundQueue m_queue;      ///< For the set.
    BackgroundQueue m_smallQueue; ///< For filter and choice, which should not wait for the set.
};

} // namespace continuo::ui
