// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/dataset/recipe.h"
#include "ui/dataset/background_queue.h"
#include "ui/dataset/note_statistics.h"

#include <QTimer>
#include <QWidget>

#include <vector>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class HistogramView;

/// What a step would change before it is applied: how many pieces, and their notes before and after
/// as bars over each other. Pieces are read and cleaned off this thread; of a large set some are
/// looked at, evenly chosen. GUI thread only.
class StepPreview final : public QWidget
{
    Q_OBJECT

public:
    /// `pieces` are numbers of pieces of the dataset file `set`. `appearance` is borrowed and must
    /// outlive the preview.
    StepPreview(const Appearance& appearance, const QString& set, std::vector<std::int64_t> pieces,
                QWidget* parent = nullptr);
    ~StepPreview() override;

    /// `before` is the recipe without the step and `after` with it. Looks again, a moment after the
    /// last call.
    void show(const Recipe& before, const Recipe& after);

    struct Outcome
    {
        std::size_t looked = 0;
        std::size_t changed = 0; ///< Otherwise than before, but still there.
        std::size_t leftOut = 0; ///< Not before, but after.
        NoteStatistics before{};
        NoteStatistics after{};
    };
    const Outcome& outcome() const { return m_outcome; }

Q_SIGNALS:
    /// All pieces were looked at.
    void ended();

private:
    void look();
    void take(const Outcome& outcome, bool isLast);
    void draw();

    QString m_set;
    std::vector<std::int64_t> m_pieces;
    std::size_t m_all;
    Recipe m_before{};
    Recipe m_after{};
    Outcome m_outcome{};
    QString m_why{};
    QLabel* m_words;
    QComboBox* m_of;
    HistogramView* m_bars;
    QTimer m_pause;
    CancelToken m_cancel{};
    BackgroundQueue m_queue;
};

} // namespace continuo::ui
