// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/histogram_panel.h"

#include "core/music/pitch.h"
#include "ui/base/panel.h"
#include "ui/base/theme.h"
#include "ui/base/words.h"
#include "ui/dataset/histogram_view.h"

#include <QFile>
#include <QVBoxLayout>

namespace continuo::ui {

namespace {

constexpr std::size_t kMostPieces = 20'000; ///< Of more, evenly chosen ones are counted.

const char* const kValueNames[] = {"1/32", "1/16", "1/8",  "1/8.", "1/4",
                                   "1/4.", "1/2",  "1/2.", "1/1"};
static_assert(std::size(kValueNames) == kNoteValues.size());

/// The names on a clavier as one plays it: "C♯", "E♭".
QString pitchClassInWords(std::size_t pitchClass)
{
    static constexpr const char* kNames[] = {"C",  "C♯", "D",  "E♭", "E",  "F",
                                             "F♯", "G",  "A♭", "A",  "B♭", "B"};
    return QString::fromUtf8(kNames[pitchClass]);
}

std::vector<PiecePlace> evenly(const std::vector<PiecePlace>& pieces, std::size_t wanted)
{
    std::vector<PiecePlace> some;
    some.reserve(wanted);
    for (std::size_t i = 0; i < wanted; ++i)
        some.push_back(pieces[i * pieces.size() / wanted]);
    return some;
}

} // namespace

HistogramPanel::HistogramPanel(const Appearance& appearance, QWidget* parent)
    : QWidget(parent)
    , m_of(label(QString(), TextRole::Small, this))
    , m_pitchClasses(new HistogramView(appearance, tr("Pitch class"), &Palette::accent, this))
    , m_intervals(new HistogramView(appearance, tr("Interval"), &Palette::training, this))
    , m_durations(new HistogramView(appearance, tr("Duration"), &Palette::heldOut, this))
    , m_queue(this)
{
    setSurface(*this, Surface::Panel);
    setAccessibleName(tr("Distributions"));
    m_of->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(14, 12, 14, 12);
    column->setSpacing(8);
    const std::pair<QString, HistogramView*> parts[] = {{tr("Pitch class"), m_pitchClasses},
                                                        {tr("Interval"), m_intervals},
                                                        {tr("Duration"), m_durations}};
    for (const auto& [name, view] : parts) {
        column->addWidget(label(name, TextRole::Heading, this));
        column->addWidget(view);
        column->addSpacing(8);
    }
    m_pitchClasses->setToolTip(tr("How often each pitch class sounds"));
    m_intervals->setToolTip(tr("Semitones from one note of the melody to the next"));
    m_durations->setToolTip(tr("How long notes are"));
    column->addWidget(m_of);
    column->addStretch();
    clear();
}

HistogramPanel::~HistogramPanel()
{
    m_cancel.cancel();
}

void HistogramPanel::clear()
{
    m_cancel.cancel();
    show({}, 0, 0, false);
}

void HistogramPanel::count(const QString& set, std::vector<PiecePlace> pieces, bool isChoice)
{
    m_cancel.cancel();
    m_cancel = {};
    if (pieces.empty()) {
        clear();
        return;
    }
    const std::size_t all = pieces.size();
    if (all > kMostPieces)
        pieces = evenly(pieces, kMostPieces);
    const std::size_t wanted = pieces.size();
    const std::filesystem::path path = QFile::encodeName(set).toStdString();
    m_queue.run(
        [this, path, pieces = std::move(pieces), cancel = m_cancel, wanted, all, isChoice] {
            countNotes(path, pieces, cancel, [&](const NoteStatistics& statistics) {
                QMetaObject::invokeMethod(
                    this,
                    [this, statistics, cancel, wanted, all, isChoice] {
                        if (!cancel.isCancelled())
                            show(statistics, wanted, all, isChoice);
                    },
                    Qt::QueuedConnection);
            });
            return true;
        },
        [this, cancel = m_cancel](bool) {
            if (!cancel.isCancelled())
                Q_EMIT counted();
        });
}

void HistogramPanel::show(const NoteStatistics& statistics, std::size_t wanted, std::size_t all,
                          bool isChoice)
{
    m_statistics = statistics;
    std::vector<HistogramView::Bar> bars;
    for (std::size_t i = 0; i < statistics.pitchClasses.size(); ++i)
        bars.push_back({pitchClassInWords(i), pitchClassInWords(i), statistics.pitchClasses[i]});
    m_pitchClasses->setBars(std::move(bars));
    bars = {};
    for (std::size_t i = 0; i < kIntervalCount; ++i) {
        const int semitones = static_cast<int>(i) - kWidestInterval;
        const QString number = (semitones < 0   ? QString(QChar(0x2212))
                                : semitones > 0 ? QStringLiteral("+")
                                                : QString()) +
                               QString::number(std::abs(semitones));
        const bool isWidest = std::abs(semitones) == kWidestInterval;
        const bool isLabelled = isWidest || semitones == 0 || std::abs(semitones) == 7;
        bars.push_back(
            {isLabelled ? number : QString(),
             isWidest ? tr("%1 semitones or more").arg(number) : tr("%1 semitones").arg(number),
             statistics.intervals[i]});
    }
    m_intervals->setBars(std::move(bars));
    bars = {};
    for (std::size_t i = 0; i < kNoteValues.size(); ++i)
        bars.push_back({QString::fromLatin1(kValueNames[i]), QString::fromLatin1(kValueNames[i]),
                        statistics.durations[i]});
    m_durations->setBars(std::move(bars));
    QString of;
    if (statistics.pieces > 0 && statistics.pieces < wanted)
        of = tr("Counting: %1 of %2 pieces")
                 .arg(countInWords(static_cast<std::int64_t>(statistics.pieces)),
                      countInWords(static_cast<std::int64_t>(wanted)));
    else if (statistics.pieces > 0 && wanted < all)
        of = tr("Of %1 of the %2 pieces, evenly chosen")
                 .arg(countInWords(static_cast<std::int64_t>(wanted)),
                      countInWords(static_cast<std::int64_t>(all)));
    else if (statistics.pieces > 0)
        of = isChoice
                 ? tr("Of the %1 pieces chosen").arg(countInWords(static_cast<std::int64_t>(all)))
                 : tr("Of all %1 pieces").arg(countInWords(static_cast<std::int64_t>(all)));
    m_of->setText(of);
}

} // namespace continuo::ui
