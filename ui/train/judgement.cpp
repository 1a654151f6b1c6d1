// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/train/judgement.h"

#include "ui/base/words.h"
#include "ui/train/json_members.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QLocale>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace continuo::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("continuo::ui::Judgement", text);
}

constexpr std::size_t kMostPlaces = 3; ///< Named for one passage.
constexpr int kFewestSymbols = 48;     ///< docs/evaluating.md, Collapse.

std::optional<double> maybeAt(const Json& object, const char* name)
{
    const Json& member = memberAt(object, name);
    return member.is_null() ? std::nullopt : numberFromJson(member);
}

FoundPassage passageFrom(const Json& json)
{
    FoundPassage passage;
    passage.notes = wholeAt(json, "notes");
    passage.firstBar = wholeAt(json, "firstBar", 1);
    passage.lastBar = wholeAt(json, "lastBar", 1);
    passage.isSpecial = truthAt(json, "isSpecial");
    passage.families = wholeAt(json, "families");
    for (const Json& place : memberAt(json, "alsoFoundIn")) {
        QString title = textAt(place, "title");
        if (title.isEmpty())
            title = QFileInfo(textAt(place, "path")).completeBaseName();
        passage.places.push_back({title, wholeAt(place, "bar", 1)});
    }
    return passage;
}

QString percent(double share)
{
    return tr("%1 %").arg(QLocale().toString(100 * share, 'f', 0));
}

/// Three digits that say something.
QString digits(double value)
{
    const double size = std::abs(value);
    if (value == std::round(value))
        return QLocale().toString(value, 'f', 0);
    return QLocale().toString(value, 'f', size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

struct KnownNumber
{
    const char* id;
    const char* name;
    const char* formula;
    bool isShare;
};

#define WORDS(text) QT_TRANSLATE_NOOP("continuo::ui::Judgement", text)
constexpr KnownNumber kNumbers[] = {
    {"pitchInScaleRate", WORDS("in the scale"),
     WORDS("Notes whose pitch is in the scale of the key heard, of all notes."), true},
    {"scaleConsistency", WORDS("in the best scale"),
     WORDS("The largest share of notes that lie in one of the 24 major and minor scales."), true},
    {"chordToneRate", WORDS("chord tones on strong beats"),
     WORDS("Melody notes on strong beats that belong to the chord of their bar, of all on strong "
           "beats."),
     true},
    {"pitchClassesUsed", WORDS("pitch classes"),
     WORDS("Different pitches, octaves counted as one: 12 at most."), false},
    {"pitchClassEntropy", WORDS("pitch-class entropy, bits"),
     WORDS("−Σ p·log₂ p over the pitch classes, p being the share of the notes. 0: always the "
           "same; 3.58: all twelve equally often."),
     false},
    {"polyphony", WORDS("pitches at once"),
     WORDS("Different pitches that sound at a time, on average while any sounds."), false},
    {"polyphonyRate", WORDS("over 2 pitches at once"),
     WORDS("Time in which more than two pitches sound, of all the time."), true},
    {"pitchRange", WORDS("range, semitones"), WORDS("From the lowest pitch to the highest."),
     false},
    {"pitchesUsed", WORDS("pitches"), WORDS("Different pitches, octaves told apart."), false},
    {"pitchEntropy", WORDS("pitch entropy, bits"),
     WORDS("−Σ p·log₂ p over the pitches, p being the share of the notes. 0: always the same."),
     false},
    {"repeatShare", WORDS("repeated notes"), WORDS("Intervals of the melody that are none."), true},
    {"stepShare", WORDS("steps"), WORDS("Intervals of the melody of one or two semitones."), true},
    {"leapShare", WORDS("leaps"), WORDS("Intervals of the melody of three semitones or more."),
     true},
    {"selfSimilarity", WORDS("figures that return"),
     WORDS("Passages of four steps, each an interval and a ratio of durations, that stand in the "
           "melody more than once, of all its passages."),
     true},
    {"grooveConsistency", WORDS("groove like the bar before"),
     WORDS("1 − the share of places, of 24 a quarter, in which the beginnings of notes differ "
           "between neighbouring bars."),
     true},
    {"emptyBeatRate", WORDS("empty beats"),
     WORDS("Quarters in which no note sounds, of all up to the end of the last note."), true},
    {"emptyMeasureRate", WORDS("empty bars"),
     WORDS("Bars in which no note sounds, of all up to that of the last note."), true},
};
#undef WORDS

} // namespace

MelodyCard melodyCardFromJson(const Json& json, std::size_t melody)
{
    MelodyCard card;
    card.fingerprint = textAt(json, "fingerprint");
    card.pieces = wholeAt(json, "corpusPieces");
    const Json& pieces = memberAt(json, "pieces");
    const bool isThere = pieces.is_array() && melody < pieces.size();
    const Json& piece = isThere ? pieces[melody] : memberAt(pieces, "");
    if (pieces.is_array()) {
        card.melodies = std::ssize(pieces);
        for (const Json& each : pieces)
            card.allNotes += wholeAt(each, "notes");
    }
    card.notes = wholeAt(piece, "notes");
    for (const auto& [group, numbers] : memberAt(json, "metrics").items()) {
        CardGroup& into = card.groups.emplace_back();
        into.name = QString::fromStdString(group);
        for (const auto& [name, number] : numbers.items()) {
            const Json& corpus = memberAt(number, "corpus");
            into.rows.push_back({QString::fromStdString(name),
                                 maybeAt(memberAt(piece, "metrics"), name.c_str()),
                                 maybeAt(corpus, "mean"), numberAt(corpus, "deviation")});
        }
    }
    if (const Json& longest = memberAt(piece, "longestSharedPassage"); longest.is_object())
        card.longest = passageFrom(longest);
    for (const Json& passage : memberAt(piece, "quotations"))
        card.quotations.push_back(passageFrom(passage));
    const Json& corpus = memberAt(memberAt(json, "originality"), "corpus");
    card.newPassages = maybeAt(memberAt(piece, "novelty"), "8");
    card.newPassagesOfSet = maybeAt(memberAt(corpus, "novelty"), "8");
    // A run of steps has one note more.
    card.usualLongest = wholeAt(corpus, "medianLongestSteps") + 1;
    card.mostLongest = wholeAt(corpus, "longestSteps") + 1;
    const Json& collapse = memberAt(json, "collapse");
    card.verdict = textAt(collapse, "verdict");
    for (const Json& found : memberAt(collapse, "found"))
        if (found.is_string())
            card.collapses << QString::fromStdString(found.get<std::string>());
    const Json& own = memberAt(collapse, "generated");
    const Json& set = memberAt(collapse, "corpus");
    card.repetition = maybeAt(own, "repetitionRate");
    card.repetitionOfSet = maybeAt(set, "repetitionRate");
    card.entropy = maybeAt(own, "entropy");
    card.entropyOfSet = maybeAt(set, "entropy");
    return card;
}

ModelFigures modelFiguresFromJson(const Json& json)
{
    ModelFigures figures;
    figures.loss = numberAt(json, "crossEntropy");
    figures.perplexity = numberAt(json, "perplexity", 1);
    figures.accuracy = numberAt(json, "accuracy");
    figures.noteAccuracy = numberAt(json, "noteAccuracy");
    figures.bitsPerNote = maybeAt(json, "bitsPerNote");
    const Json& references = memberAt(json, "references");
    figures.uniform = numberAt(references, "uniform");
    figures.unigram = numberAt(references, "unigram");
    figures.bigram = numberAt(references, "bigram");
    figures.pieces = wholeAt(json, "pieces");
    figures.steps = wholeAt(json, "steps");
    figures.notes = wholeAt(json, "notes");
    figures.vocabulary = wholeAt(json, "vocabulary");
    figures.isSetOfTraining = truthAt(json, "isSetOfTraining");
    figures.trainerLoss = maybeAt(json, "trainerLoss");
    return figures;
}

ComparisonFigures comparisonFromJson(const Json& json)
{
    ComparisonFigures comparison;
    comparison.pieces = wholeAt(json, "pieces");
    comparison.notes = wholeAt(json, "notes");
    for (const Json& model : memberAt(json, "models"))
        comparison.models.push_back({textAt(model, "model"), numberAt(model, "bitsPerNote"),
                                     numberAt(model, "difference"),
                                     numberAt(model, "differenceError"), wholeAt(model, "ownNotes"),
                                     truthAt(model, "isSetOfTraining")});
    return comparison;
}

NumberWords numberWords(const QString& name)
{
    for (const KnownNumber& number : kNumbers)
        if (name == QLatin1String(number.id))
            return {tr(number.name), tr(number.formula), number.isShare};
    return {name, {}, false};
}

QString groupInWords(const QString& group)
{
    if (group == QLatin1String("harmony"))
        return tr("Harmony");
    if (group == QLatin1String("melodyCoherence"))
        return tr("Melody coherence");
    if (group == QLatin1String("rhythmConsistency"))
        return tr("Rhythm consistency");
    return group;
}

QString valueInWords(const NumberWords& words, const std::optional<double>& value)
{
    if (!value)
        return QStringLiteral("–");
    return words.isShare ? percent(*value) : digits(*value);
}

QString yardstickInWords(const NumberWords& words, const CardRow& row)
{
    if (!row.mean)
        return QStringLiteral("–");
    return words.isShare ? tr("%1 ± %2 %")
                               .arg(QLocale().toString(100 * *row.mean, 'f', 0),
                                    QLocale().toString(100 * row.deviation, 'f', 0))
                         : tr("%1 ± %2").arg(digits(*row.mean), digits(row.deviation));
}

QString distanceInWords(const CardRow& row)
{
    if (!row.value || !row.mean || std::abs(*row.value - *row.mean) <= 2 * row.deviation + 1e-9)
        return {};
    return *row.value > *row.mean ? tr("high") : tr("low");
}

QString passageInWords(const FoundPassage& passage)
{
    QStringList places;
    for (std::size_t i = 0; i < std::min(passage.places.size(), kMostPlaces); ++i)
        places << tr("%1, bar %2").arg(passage.places[i].title).arg(passage.places[i].bar);
    if (passage.families > static_cast<std::int64_t>(kMostPlaces))
        places << tr("and more");
    const QString bars = passage.firstBar == passage.lastBar
                             ? tr("Bar %1").arg(passage.firstBar)
                             : tr("Bars %1–%2").arg(passage.firstBar).arg(passage.lastBar);
    return tr("%1, %2 notes: also found in your training data: %3")
        .arg(bars)
        .arg(passage.notes)
        .arg(places.join(QStringLiteral("; ")));
}

QStringList originalityInWords(const MelodyCard& card)
{
    QStringList words;
    if (card.quotations.empty()) {
        words << tr("No quotation found.");
        if (card.longest)
            words << tr("The longest run it shares is nothing special. %1")
                         .arg(passageInWords(*card.longest));
        else
            words << tr("It shares no passage with them.");
    }
    for (const FoundPassage& passage : card.quotations)
        words << passageInWords(passage);
    if (card.mostLongest > 1)
        words << tr("The pieces of the set share runs of %1 notes among each other, %2 at most.")
                     .arg(card.usualLongest)
                     .arg(card.mostLongest);
    if (card.newPassages)
        words << (card.newPassagesOfSet
                      ? tr("New passages of 8 steps: %1; of the set itself: %2.")
                            .arg(percent(*card.newPassages), percent(*card.newPassagesOfSet))
                      : tr("New passages of 8 steps: %1.").arg(percent(*card.newPassages)));
    return words;
}

QStringList varietyInWords(const MelodyCard& card)
{
    QStringList words;
    if (card.verdict == QLatin1String("tooLittle")) {
        words
            << (card.melodies > 1
                    ? tr("Too little to judge a collapse: %1 notes are needed, the %2 melodies of "
                         "this step have %3.")
                          .arg(kFewestSymbols + 1)
                          .arg(card.melodies)
                          .arg(card.allNotes)
                    : tr("Too little to judge a collapse: %1 notes are needed, it has %2.")
                          .arg(kFewestSymbols + 1)
                          .arg(card.allNotes));
    } else if (card.collapses.isEmpty()) {
        words << (card.melodies > 1
                      ? tr("No collapse in the %1 melodies of this step.").arg(card.melodies)
                      : tr("No collapse."));
    }
    for (const QString& found : card.collapses)
        words << (found == QLatin1String("sameMelody") ? tr("Collapsed: always the same melody.")
                  : found == QLatin1String("loops")    ? tr("Collapsed: it goes round in circles.")
                  : found == QLatin1String("fewSymbols")
                      ? tr("Collapsed: hardly anything but a few intervals and durations.")
                      : tr("Collapsed: %1.").arg(found));
    if (card.repetition && card.repetitionOfSet)
        words << tr("Passages that stood earlier in their melody: %1; in as much of the set: %2.")
                     .arg(percent(*card.repetition), percent(*card.repetitionOfSet));
    if (card.entropy && card.entropyOfSet)
        words << tr("Entropy of the steps: %1 bits; of as much of the set: %2 bits.")
                     .arg(digits(*card.entropy), digits(*card.entropyOfSet));
    return words;
}

QString comparisonInWords(const ComparedModelFigures& model, bool isFirst)
{
    if (isFirst)
        return tr("the first");
    if (std::abs(model.difference) <= 2 * model.error || model.difference == 0)
        return tr("no difference");
    return model.difference < 0 ? tr("better") : tr("worse");
}

} // namespace continuo::ui
