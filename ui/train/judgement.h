// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/protocol/json.h"

#include <QString>
#include <QStringList>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace continuo::ui {

// What the engine says of melodies and models (docs/evaluating.md), and how a person reads it.

/// A number of a score card: the melody's beside the set's.
struct CardRow
{
    QString name{}; ///< "grooveConsistency"
    std::optional<double> value{};
    std::optional<double> mean{};
    double deviation = 0; ///< Over the pieces of the set.
    friend bool operator==(const CardRow&, const CardRow&) = default;
};

struct CardGroup
{
    QString name{}; ///< "rhythmConsistency"
    std::vector<CardRow> rows{};
    friend bool operator==(const CardGroup&, const CardGroup&) = default;
};

/// Where a passage also stands. Bars count from 1.
struct FoundPlace
{
    QString title{}; ///< Of the piece; of its file, where it has none.
    std::int64_t bar = 1;
    friend bool operator==(const FoundPlace&, const FoundPlace&) = default;
};

/// A passage of a melody that stands in the set.
struct FoundPassage
{
    std::int64_t notes = 0;
    std::int64_t firstBar = 1;
    std::int64_t lastBar = 1;
    bool isSpecial = false;    ///< No turn of phrase that everybody uses.
    std::int64_t families = 0; ///< Tunes it stands in, as far as they were counted.
    std::vector<FoundPlace> places{};
    friend bool operator==(const FoundPassage&, const FoundPassage&) = default;
};

/// A melody held against a set.
struct MelodyCard
{
    QString fingerprint{};   ///< Of the set.
    std::int64_t pieces = 0; ///< Of the set, that it was held against.
    std::int64_t notes = 0;
    std::int64_t melodies = 1; ///< That were judged together, for their variety …
    std::int64_t allNotes = 0; ///< … with their notes.
    std::vector<CardGroup> groups{};
    std::optional<FoundPassage> longest{};
    std::vector<FoundPassage> quotations{}; ///< The special ones.
    std::optional<double> newPassages{};    ///< Of 8 steps, share.
    std::optional<double> newPassagesOfSet{};
    std::int64_t usualLongest = 0; ///< Notes that half of the set's pieces share with others …
    std::int64_t mostLongest = 0;  ///< … and the most that any does.
    QString verdict{};             ///< "none", "collapsed", "tooLittle".
    QStringList collapses{};       ///< "loops", …
    std::optional<double> repetition{}; ///< 4-grams that stood in it before, share.
    std::optional<double> repetitionOfSet{};
    std::optional<double> entropy{}; ///< Bits.
    std::optional<double> entropyOfSet{};
    friend bool operator==(const MelodyCard&, const MelodyCard&) = default;
};
/// Of the result of "judgeMelodies", the card of one of its melodies, from 0; what is missing stays
/// empty. Variety is that of all of them.
MelodyCard melodyCardFromJson(const Json& json, std::size_t melody = 0);

/// A model on a part of a set.
struct ModelFigures
{
    double loss = 0; ///< Nats per step.
    double perplexity = 1;
    double accuracy = 0;
    double noteAccuracy = 0;
    std::optional<double> bitsPerNote{};
    double uniform = 0; ///< Reference lines.
    double unigram = 0;
    double bigram = 0;
    std::int64_t pieces = 0;
    std::int64_t steps = 0;
    std::int64_t notes = 0;
    std::int64_t vocabulary = 0;
    bool isSetOfTraining = false;
    std::optional<double> trainerLoss{};
    friend bool operator==(const ModelFigures&, const ModelFigures&) = default;
};
/// Of the result of "judgeModels" with one model.
ModelFigures modelFiguresFromJson(const Json& json);

/// One of several models on the notes that all of them foretell.
struct ComparedModelFigures
{
    QString file{};
    double bitsPerNote = 0;
    double difference = 0; ///< To the first one's, with its standard error.
    double error = 0;
    std::int64_t ownNotes = 0;
    bool isSetOfTraining = false;
    friend bool operator==(const ComparedModelFigures&, const ComparedModelFigures&) = default;
};
struct ComparisonFigures
{
    std::int64_t pieces = 0;
    std::int64_t notes = 0;
    std::vector<ComparedModelFigures> models{};
    friend bool operator==(const ComparisonFigures&, const ComparisonFigures&) = default;
};
/// Of the result of "judgeModels" with several.
ComparisonFigures comparisonFromJson(const Json& json);

/// How a number of a score card is called and what it is.
struct NumberWords
{
    QString name{};
    QString formula{};
    bool isShare = false; ///< Told in percent.
};
/// A number that this program does not know is called by its name.
NumberWords numberWords(const QString& name);
QString groupInWords(const QString& group);

/// "98 %" or "2.81"; a dash where there is none.
QString valueInWords(const NumberWords& words, const std::optional<double>& value);
/// "97 ± 3 %".
QString yardstickInWords(const NumberWords& words, const CardRow& row);
/// "high" or "low" where the value is more than twice the deviation away from the mean, else empty.
QString distanceInWords(const CardRow& row);

/// "Bars 3–6, 14 notes: also found in your training data: Greensleeves, bar 5; …"
QString passageInWords(const FoundPassage& passage);
/// The paragraphs under *Originality* and *Variety*.
QStringList originalityInWords(const MelodyCard& card);
QStringList varietyInWords(const MelodyCard& card);

/// "better", "worse", "no difference", by twice the error; of the first one "the first".
QString comparisonInWords(const ComparedModelFigures& model, bool isFirst);

} // namespace continuo::ui
