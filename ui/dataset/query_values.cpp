// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/query_values.h"

#include "core/base/text.h"
#include "core/music/pitch.h"
#include "ui/dataset/histogram_labels.h"
#include "ui/dataset/piece_facts.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace continuo::ui {

namespace {

struct QueryWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::PieceQuery)
};

/// "100", "1.5", "1,5": equal means equal to as many digits.
std::optional<QueryNumber> plainNumberIn(const QString& text)
{
    QString plain = text.trimmed();
    plain.replace(QLatin1Char(','), QLatin1Char('.'));
    const std::optional<double> value = parseNumber(plain.toStdString());
    if (!value)
        return std::nullopt;
    const qsizetype point = plain.indexOf(QLatin1Char('.'));
    const auto digits = static_cast<double>(point < 0 ? 0 : plain.size() - point - 1);
    return QueryNumber{*value, 0.5 * std::pow(10.0, -digits)};
}

/// "90", "1:30", "1:02:03".
std::optional<QueryNumber> secondsIn(const QString& text)
{
    const QStringList parts = text.trimmed().split(QLatin1Char(':'));
    if (parts.size() == 1)
        return plainNumberIn(text);
    if (parts.size() > 3)
        return std::nullopt;
    double seconds = 0;
    for (const QString& part : parts) {
        const std::optional<std::int64_t> number = parseInteger(part.toStdString());
        if (!number || *number < 0 || *number > 100'000)
            return std::nullopt;
        seconds = seconds * 60 + static_cast<double>(*number);
    }
    return QueryNumber{seconds, 0.5};
}

QString withPlainSigns(QString text)
{
    return text.replace(QChar(0x266d), QLatin1Char('b')).replace(QChar(0x266f), QLatin1Char('#'));
}

std::optional<int> pitchIn(const QString& text)
{
    const std::optional<Pitch> pitch = parsePitch(withPlainSigns(text.trimmed()).toStdString());
    return pitch ? std::optional<int>(pitch->value) : std::nullopt;
}

/// "D4-G5", "40-100": two values with a dash between them.
template <typename Read>
std::optional<std::pair<int, int>> spanBy(const QString& text, Read read)
{
    QString plain = text.trimmed();
    plain.replace(QChar(0x2013), QLatin1Char('-'));
    for (qsizetype dash = plain.indexOf(QLatin1Char('-'), 1); dash > 0;
         dash = plain.indexOf(QLatin1Char('-'), dash + 1)) {
        const auto from = read(plain.left(dash));
        const auto to = read(plain.mid(dash + 1));
        if (from && to)
            return std::pair(std::min<int>(*from, *to), std::max<int>(*from, *to));
    }
    return std::nullopt;
}

/// Bit 2·tonic for major and 2·tonic + 1 for minor, and kNoKey; 0: not understood.
std::uint64_t keysIn(const QString& value)
{
    const QString text = withPlainSigns(value.trimmed());
    const QString lower = text.toLower();
    std::uint64_t all = 0;
    for (int tonic = 0; tonic < 12; ++tonic)
        all |= keyBit({tonic, Mode::Major});
    if (lower == QLatin1String("major"))
        return all;
    if (lower == QLatin1String("minor"))
        return all << 1;
    if (lower == QLatin1String("none"))
        return kNoKey;
    const std::optional<Key> key = parseKey(text.toStdString());
    return key ? keyBit(*key) : 0;
}

/// The problems whose name holds the text; "none" is kNoProblem.
std::uint64_t problemsIn(const QString& value)
{
    const QString wanted = value.trimmed().toLower().replace(QLatin1Char('-'), QLatin1Char(' '));
    if (wanted == QLatin1String("none"))
        return kNoProblem;
    std::uint64_t found = 0;
    for (std::size_t i = 0; i < kProblemCount && !wanted.isEmpty(); ++i) {
        const auto problem = static_cast<continuo::Problem>(i);
        const std::string_view name = problemName(problem);
        const QString names = QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) +
                              QLatin1Char('\n') + problemGroupInWords(problem).toLower();
        if (QString(names).replace(QLatin1Char('-'), QLatin1Char(' ')).contains(wanted))
            found |= problemBit(problem);
    }
    return found;
}

/// The one of `names` that begins so, as a bit by its place.
std::uint64_t placeIn(const QString& value, std::initializer_list<QStringList> names)
{
    const QString wanted =
        value.trimmed().toLower().remove(QLatin1Char(' ')).remove(QLatin1Char('-'));
    std::uint64_t bit = 1;
    for (const QStringList& some : names) {
        for (const QString& name : some) {
            if (!wanted.isEmpty() && name.startsWith(wanted))
                return bit;
        }
        bit <<= 1;
    }
    return 0;
}

/// The pitches of a name, a span of names, or the pitch class in all octaves.
std::bitset<128> pitchesIn(const QString& value, bool isClass)
{
    std::bitset<128> pitches;
    if (isClass) {
        if (const auto pitch = pitchIn(value.trimmed() + QStringLiteral("4"))) {
            for (std::size_t key = static_cast<std::size_t>(*pitch) % 12; key < 128; key += 12)
                pitches.set(key);
        }
        return pitches;
    }
    std::optional<std::pair<int, int>> span;
    if (const auto pitch = pitchIn(value))
        span = std::pair(*pitch, *pitch);
    else
        span = spanBy(value, pitchIn);
    for (int key = span ? span->first : 128; span && key <= span->second; ++key)
        pitches.set(static_cast<std::size_t>(key));
    return pitches;
}

/// The place of "+7", "7", "−7", "-12"; wider ones go to the widest, as they are counted.
std::optional<std::size_t> intervalIn(const QString& value)
{
    QString plain = value.trimmed().replace(QChar(0x2212), QLatin1Char('-'));
    if (plain.startsWith(QLatin1Char('+')))
        plain.remove(0, 1);
    const auto semitones = parseInteger(plain.toStdString());
    if (!semitones || plain.startsWith(QLatin1Char('+')) || *semitones < -127 || *semitones > 127)
        return std::nullopt;
    return static_cast<std::size_t>(
        std::clamp(static_cast<int>(*semitones), -kWidestInterval, kWidestInterval) +
        kWidestInterval);
}

std::optional<std::size_t> noteValueIn(const QString& value)
{
    for (std::size_t i = 0; i < kNoteValues.size(); ++i) {
        if (value.trimmed() == noteValueInWords(i))
            return i;
    }
    return std::nullopt;
}

/// The sixteenth of "2.75": the quarter from 1, and how much of it is gone. All behind the fourth
/// are one.
std::optional<std::size_t> onsetIn(const QString& value)
{
    const std::optional<QueryNumber> quarter = plainNumberIn(value);
    if (!quarter || quarter->value < 1 || quarter->value > 1000)
        return std::nullopt;
    const double sixteenths = (quarter->value - 1) * 4;
    if (sixteenths != std::floor(sixteenths))
        return std::nullopt;
    return std::min(static_cast<std::size_t>(sixteenths), kOnsetCount - 1);
}

} // namespace

std::optional<QueryNumber> numberIn(PieceFact fact, const QString& text)
{
    QString value = text.trimmed();
    switch (fact) {
    case PieceFact::Duration:
        return secondsIn(value);
    case PieceFact::Lowest:
    case PieceFact::Highest: {
        const std::optional<int> pitch = pitchIn(value);
        return pitch ? std::optional(QueryNumber{static_cast<double>(*pitch), 0.5}) : std::nullopt;
    }
    case PieceFact::OffGrid:
        if (value.endsWith(QLatin1Char('%')))
            value.chop(1);
        break;
    default:
        break;
    }
    return plainNumberIn(value);
}

std::optional<std::pair<int, int>> spanIn(PieceFact fact, const QString& value)
{
    if (fact == PieceFact::Range)
        return spanBy(value, pitchIn);
    if (fact != PieceFact::Velocity)
        return std::nullopt;
    return spanBy(value, [](const QString& text) {
        const auto velocity = parseInteger(text.trimmed().toStdString());
        return velocity && *velocity >= 0 && *velocity <= 127
                   ? std::optional<int>(static_cast<int>(*velocity))
                   : std::nullopt;
    });
}

std::optional<Meter> meterIn(const QString& value)
{
    const QStringList parts = value.trimmed().split(QLatin1Char('/'));
    if (parts.size() != 2)
        return std::nullopt;
    const auto upper = parseInteger(parts[0].toStdString());
    const auto lower = parseInteger(parts[1].toStdString());
    if (!upper || !lower || *upper < 1 || *upper > 255 || *lower < 1 || *lower > 256)
        return std::nullopt;
    return Meter{static_cast<int>(*upper), static_cast<int>(*lower)};
}

std::uint64_t choicesIn(PieceFact fact, const QString& value)
{
    switch (fact) {
    case PieceFact::Key:
        return keysIn(value);
    case PieceFact::Problem:
        return problemsIn(value);
    case PieceFact::Read:
        return placeIn(value, {{QStringLiteral("asis")},
                               {QStringLiteral("remarks"), QStringLiteral("withremarks"),
                                QStringLiteral("notes"), QStringLiteral("withnotes")}});
    case PieceFact::Use:
        return placeIn(value, {{QStringLiteral("training")},
                               {QStringLiteral("validation")},
                               {QStringLiteral("test")},
                               {QStringLiteral("no"), QStringLiteral("none")}});
    default:
        return 0;
    }
}

std::bitset<128> kindsIn(PieceFact fact, const QString& value)
{
    if (fact == PieceFact::Pitch || fact == PieceFact::PitchClass)
        return pitchesIn(value, fact == PieceFact::PitchClass);
    const std::optional<std::size_t> place = fact == PieceFact::Interval    ? intervalIn(value)
                                             : fact == PieceFact::NoteValue ? noteValueIn(value)
                                                                            : onsetIn(value);
    std::bitset<128> kinds;
    if (place)
        kinds.set(*place);
    return kinds;
}

QString allowedValues(PieceFact fact)
{
    switch (fact) {
    case PieceFact::Duration:
        return QueryWords::tr("seconds or minutes:seconds, as in duration>1:30");
    case PieceFact::Lowest:
    case PieceFact::Highest:
        return QueryWords::tr("a pitch or its MIDI number, as in lowest>=C4 or lowest>=60");
    case PieceFact::Range:
        return QueryWords::tr("semitones or two pitches, as in range<=24 or range:D4-G5");
    case PieceFact::Velocity:
        return QueryWords::tr("a number or two velocities, as in velocity>0 or velocity:40-100");
    case PieceFact::Key:
        return QueryWords::tr("a key, major, minor or none, as in key=Gm or key:\"B♭ major\"");
    case PieceFact::Meter:
        return QueryWords::tr("a meter, as in meter=6/8");
    case PieceFact::Pitch:
        return QueryWords::tr("a pitch, its MIDI number or two with a dash between, as in "
                              "pitch:F#4, pitch:66 or pitch:C4-E4");
    case PieceFact::PitchClass:
        return QueryWords::tr("a pitch class, as in pitchclass:F# or pitchclass:Bb");
    case PieceFact::Interval:
        return QueryWords::tr(
            "semitones, up or down, as in interval:7 or interval:-2; 12 stands for wider ones too");
    case PieceFact::NoteValue:
        return QueryWords::tr(
            "one of 1/32, 1/16, 1/8, 1/8., 1/4, 1/4., 1/2, 1/2., 1/1, as in notevalue:1/8");
    case PieceFact::Onset:
        return QueryWords::tr("a quarter of the bar from 1 with its fourths, as in onset:1 or "
                              "onset:2.75; 5 stands for all behind the fourth");
    case PieceFact::Problem:
        return QueryWords::tr(
            "the name of a problem or none, as in problem:overlap or problem:tempos");
    case PieceFact::Read:
        return QueryWords::tr("“as is” or “remarks”, as in read:remarks");
    case PieceFact::Use:
        return QueryWords::tr("training, validation, test or no, as in use:training");
    case PieceFact::Title:
    case PieceFact::Composer:
    case PieceFact::Folder:
    case PieceFact::Path:
    case PieceFact::Name:
        return QueryWords::tr("words, as in title:\"the reel\"");
    default:
        return QueryWords::tr("a number, as in %1").arg(wordsOf(fact).example);
    }
}

} // namespace continuo::ui
