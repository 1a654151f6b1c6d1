// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/evaluate/metric.h"

#include "core/dataset/family.h"
#include "core/evaluate/melody_numbers.h"
#include "core/evaluate/piece_numbers.h"
#include "core/music/key.h"
#include "core/music/melody.h"

#include <array>
#include <cmath>

namespace continuo {
namespace {

/// What several metrics are computed from.
struct Piece
{
    const Score& score;
    std::vector<Note> notes{};  ///< Pitched.
    std::vector<Note> melody{}; ///< A single line.
    std::optional<MotionShares> motion{};
};

struct Row
{
    MetricKind kind{};
    std::optional<double> (*value)(const Piece&) = nullptr;
};

std::optional<double> inHeardScale(const Piece& piece)
{
    const std::optional<KeyEstimate> key = estimateKey(piece.notes);
    return key ? pitchInScaleRate(piece.notes, key->key) : std::nullopt;
}

std::optional<double> shareOf(const Piece& piece, double MotionShares::*share)
{
    return piece.motion ? std::optional((*piece.motion).*share) : std::nullopt;
}

constexpr MetricGroup kHarmony = MetricGroup::Harmony;
constexpr MetricGroup kMelody = MetricGroup::MelodyCoherence;
constexpr MetricGroup kRhythm = MetricGroup::RhythmConsistency;

constexpr std::array kRows{
    Row{{"pitchInScaleRate", "notes in the scale heard", kHarmony}, inHeardScale},
    Row{{"scaleConsistency", "notes in the best scale", kHarmony},
        [](const Piece& piece) { return scaleConsistency(piece.notes); }},
    Row{{"chordToneRate", "chord tones on strong beats", kHarmony},
        [](const Piece& piece) { return chordToneRate(piece.score); }},
    Row{{"pitchClassesUsed", "pitch classes used", kHarmony},
        [](const Piece& piece) { return pitchClassesUsed(piece.notes); }},
    Row{{"pitchClassEntropy", "pitch-class entropy, bits", kHarmony},
        [](const Piece& piece) { return pitchClassEntropy(piece.notes); }},
    Row{{"polyphony", "polyphony, pitches", kHarmony},
        [](const Piece& piece) { return polyphony(piece.notes); }},
    Row{{"polyphonyRate", "time with over 2 pitches", kHarmony},
        [](const Piece& piece) { return polyphonyRate(piece.notes); }},
    Row{{"pitchRange", "pitch range, semitones", kMelody},
        [](const Piece& piece) { return pitchRange(piece.notes); }},
    Row{{"pitchesUsed", "pitches used", kMelody},
        [](const Piece& piece) { return pitchesUsed(piece.notes); }},
    Row{{"pitchEntropy", "pitch entropy, bits", kMelody},
        [](const Piece& piece) { return pitchEntropy(piece.notes); }},
    Row{{"repeatShare", "repeated pitches", kMelody},
        [](const Piece& piece) { return shareOf(piece, &MotionShares::repeat); }},
    Row{{"stepShare", "steps", kMelody},
        [](const Piece& piece) { return shareOf(piece, &MotionShares::step); }},
    Row{{"leapShare", "leaps", kMelody},
        [](const Piece& piece) { return shareOf(piece, &MotionShares::leap); }},
    Row{{"selfSimilarity", "passages that come again", kMelody},
        [](const Piece& piece) { return selfSimilarity(melodyPrint(piece.melody)); }},
    Row{{"grooveConsistency", "groove like the bar before", kRhythm},
        [](const Piece& piece) { return grooveConsistency(piece.score); }},
    Row{{"emptyBeatRate", "empty beats", kRhythm},
        [](const Piece& piece) { return emptyBeatRate(piece.score); }},
    Row{{"emptyMeasureRate", "empty bars", kRhythm},
        [](const Piece& piece) { return emptyMeasureRate(piece.score); }},
};

} // namespace

std::string_view metricGroupName(MetricGroup group)
{
    switch (group) {
    case MetricGroup::Harmony:
        return "harmony";
    case MetricGroup::MelodyCoherence:
        return "melodyCoherence";
    case MetricGroup::RhythmConsistency:
        return "rhythmConsistency";
    }
    return "";
}

std::span<const MetricKind> metricKinds()
{
    static const std::vector<MetricKind> kinds = [] {
        std::vector<MetricKind> all;
        for (const Row& row : kRows)
            all.push_back(row.kind);
        return all;
    }();
    return kinds;
}

MetricValues metricsOf(const Score& score)
{
    Piece piece{score, pitchedNotes(score), melodyOf(score), {}};
    piece.motion = motionShares(piece.melody);
    MetricValues values;
    values.reserve(kRows.size());
    for (const Row& row : kRows)
        values.push_back(row.value(piece));
    return values;
}

std::optional<MetricSummary> summaryOf(std::span<const MetricValues> pieces, std::size_t metric)
{
    MetricSummary summary;
    for (const MetricValues& values : pieces) {
        if (!values[metric])
            continue;
        ++summary.pieces;
        summary.mean += *values[metric];
    }
    if (summary.pieces == 0)
        return std::nullopt;
    const auto count = static_cast<double>(summary.pieces);
    summary.mean /= count;
    for (const MetricValues& values : pieces)
        if (values[metric])
            summary.deviation +=
                (*values[metric] - summary.mean) * (*values[metric] - summary.mean);
    summary.deviation = std::sqrt(summary.deviation / count);
    return summary;
}

} // namespace continuo
