// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/step_preview.h"

#include "core/dataset/dataset.h"
#include "ui/base/appearance.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/dataset/evenly.h"
#include "ui/dataset/histogram_labels.h"
#include "ui/dataset/histogram_view.h"

#include <QComboBox>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>

#include <array>
#include <chrono>
#include <functional>

namespace continuo::ui {

namespace {

constexpr int kPauseMs = 250;
constexpr std::size_t kMostPieces = 120; ///< More would take longer than one likes to wait.
constexpr std::chrono::milliseconds kTellPause{200};

enum Plot
{
    PitchClasses,
    Pitches,
    Durations,
    Onsets
};

void addTo(NoteStatistics& statistics, const CleanedPiece& piece)
{
    for (const Score& score : piece.scores)
        statistics.add(score);
}

/// Blocks. `told` is called now and then.
Status lookAt(const std::filesystem::path& path, const std::vector<std::int64_t>& pieces,
              const Recipe& before, const Recipe& after, const CancelToken& cancel,
              const std::function<void(const StepPreview::Outcome&)>& told)
{
    const Result<Dataset> set = Dataset::open(path, Dataset::Access::Read);
    if (!set)
        return set.error();
    StepPreview::Outcome outcome;
    auto last = std::chrono::steady_clock::now();
    const std::array recipes{before, after};
    for (const std::int64_t piece : pieces) {
        const auto versions = set->cleanOne(recipes, std::to_string(piece), 1, cancel);
        if (!versions)
            return versions.error();
        const CleanedPiece& one = (*versions)[0].cleaned;
        const CleanedPiece& now = (*versions)[1].cleaned;
        ++outcome.looked;
        outcome.leftOut += one.isInUse && !now.isInUse ? 1 : 0;
        outcome.changed += now.isInUse && one.scores != now.scores ? 1 : 0;
        addTo(outcome.before, one);
        addTo(outcome.after, now);
        if (const auto time = std::chrono::steady_clock::now(); time - last > kTellPause) {
            last = time;
            told(outcome);
        }
    }
    told(outcome);
    return ok();
}

template <typename Counts>
void addBars(std::vector<HistogramView::Bar>& bars, std::vector<std::int64_t>& after,
             const Counts& before, const Counts& now, const QStringList& labels)
{
    for (std::size_t i = 0; i < before.size(); ++i) {
        HistogramView::Bar bar;
        bar.label = labels.value(static_cast<qsizetype>(i));
        bar.name = bar.label;
        bar.count = before[i];
        bars.push_back(bar);
        after.push_back(now[i]);
    }
}

} // namespace

StepPreview::StepPreview(const Appearance& appearance, const QString& set,
                         std::vector<std::int64_t> pieces, QWidget* parent)
    : QWidget(parent)
    , m_set(set)
    , m_pieces(evenly(pieces, kMostPieces))
    , m_all(pieces.size())
    , m_words(label(QString(), TextRole::Small, this))
    , m_of(new QComboBox(this))
    , m_bars(new HistogramView(appearance, tr("Before and after"), &Palette::accent, this))
    , m_queue(this)
{
    m_of->addItems({tr("Pitch class"), tr("Pitch"), tr("Duration"), tr("Onset in the bar")});
    m_of->setAccessibleName(tr("What is counted"));
    m_words->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(m_words, 1);
    row->addWidget(m_of);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(6);
    column->addLayout(row);
    column->addWidget(m_bars);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &StepPreview::look);
    connect(m_of, &QComboBox::currentIndexChanged, this, &StepPreview::draw);
    draw();
}

StepPreview::~StepPreview()
{
    m_cancel.cancel();
}

void StepPreview::show(const Recipe& before, const Recipe& after)
{
    m_before = before;
    m_after = after;
    m_pause.start();
}

void StepPreview::look()
{
    m_cancel.cancel();
    m_cancel = {};
    m_outcome = {};
    m_why.clear();
    if (const Status checked = checkRecipe(m_after); !checked) {
        draw();
        return;
    }
    m_queue.run(
        [this, path = std::filesystem::path(QFile::encodeName(m_set).toStdString()),
         pieces = m_pieces, before = m_before, after = m_after, cancel = m_cancel] {
            const auto told = [&](const Outcome& outcome) {
                QMetaObject::invokeMethod(
                    this,
                    [this, outcome, cancel, last = outcome.looked == pieces.size()] {
                        if (!cancel.isCancelled())
                            take(outcome, last);
                    },
                    Qt::QueuedConnection);
            };
            return lookAt(path, pieces, before, after, cancel, told);
        },
        [this, cancel = m_cancel](const Status& looked) {
            if (looked || cancel.isCancelled())
                return;
            m_why = inWords(looked.error());
            draw();
            Q_EMIT ended();
        });
}

void StepPreview::take(const Outcome& outcome, bool isLast)
{
    m_outcome = outcome;
    draw();
    if (isLast)
        Q_EMIT ended();
}

void StepPreview::draw()
{
    const auto counted = [](std::size_t count) {
        return countInWords(static_cast<std::int64_t>(count));
    };
    QString words = m_outcome.looked == 0 ? tr("Looking what it changes…") : QString();
    if (m_outcome.looked > 0) {
        words = m_outcome.looked == m_all ? tr("Of %1 pieces").arg(counted(m_all))
                                          : tr("Of %1 of the %2 pieces, evenly chosen")
                                                .arg(counted(m_outcome.looked), counted(m_all));
        words = m_outcome.changed + m_outcome.leftOut == 0
                    ? tr("%1 it changes none.").arg(words)
                    : tr("%1 it changes %2 and leaves out %3. The outline is what comes of it.")
                          .arg(words, counted(m_outcome.changed), counted(m_outcome.leftOut));
    }
    m_words->setText(m_why.isEmpty() ? words : m_why);

    std::vector<HistogramView::Bar> bars;
    std::vector<std::int64_t> after;
    const NoteStatistics& before = m_outcome.before;
    const NoteStatistics& now = m_outcome.after;
    switch (m_of->currentIndex()) {
    case Pitches: {
        QStringList labels;
        for (int key = 0; key < 128; ++key)
            labels << (key % 12 == 0 ? pitchInWords(key) : QString());
        addBars(bars, after, before.pitches, now.pitches, labels);
        for (int key = 0; key < 128; ++key)
            bars[static_cast<std::size_t>(key)].name = pitchInWords(key);
        break;
    }
    case Durations: {
        QStringList labels;
        for (std::size_t i = 0; i < kNoteValues.size(); ++i)
            labels << noteValueInWords(i);
        addBars(bars, after, before.durations, now.durations, labels);
        break;
    }
    case Onsets: {
        QStringList labels;
        for (int i = 0; i < static_cast<int>(kOnsetCount); ++i)
            labels << (i % 4 == 0 ? tr("beat %1").arg(i / 4 + 1) : QString());
        labels.last() = tr("later");
        addBars(bars, after, before.onsets, now.onsets, labels);
        break;
    }
    default: {
        QStringList labels;
        for (std::size_t i = 0; i < before.pitchClasses.size(); ++i)
            labels << pitchClassInWords(i);
        addBars(bars, after, before.pitchClasses, now.pitchClasses, labels);
    }
    }
    m_bars->setBars(std::move(bars), std::move(after));
}

} // namespace continuo::ui
