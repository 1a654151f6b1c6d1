// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/piece_row.h"

#include "core/base/file.h"
#include "ui/base/words.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <filesystem>

namespace continuo::ui {

namespace {

/// The context of the words for translators.
struct PieceWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::PieceWords)
};

QString plainKey(Key key)
{
    return QString::fromStdString(keyName(key));
}

/// With real accidentals: "B♭ major".
QString signedKey(Key key)
{
    QString name = plainKey(key);
    if (name.size() > 1 && (name[1] == QLatin1Char('b') || name[1] == QLatin1Char('#')))
        name[1] = QChar(name[1] == QLatin1Char('b') ? 0x266d : 0x266f);
    return name;
}

QString percent(float share)
{
    return QLocale().toString(100.0 * static_cast<double>(share), 'f', share < 0.1F ? 1 : 0);
}

QString decimal(float value, int digits)
{
    return QLocale().toString(static_cast<double>(value), 'f', digits);
}

QString problemInWords(const PieceRow& row, Problem problem, const QString& relative)
{
    switch (problem) {
    case Problem::ExactDuplicate:
        return PieceWords::tr("exact duplicate");
    case Problem::NearDuplicate:
        return relative.isEmpty() ? PieceWords::tr("near-duplicate")
                                  : PieceWords::tr("near-duplicate of %1").arg(relative);
    case Problem::Empty:
        return PieceWords::tr("no notes");
    case Problem::TooShort:
        return PieceWords::tr("too short");
    case Problem::DrumsOnly:
        return PieceWords::tr("drums only");
    case Problem::OverlappingNotes:
        return row.overlappingNotes == 1
                   ? PieceWords::tr("1 overlap")
                   : PieceWords::tr("%1 overlaps").arg(countInWords(row.overlappingNotes));
    case Problem::UnreleasedNotes:
        return PieceWords::tr("stuck notes");
    case Problem::ZeroLengthNotes:
        return row.zeroLengthNotes == 1 ? PieceWords::tr("1 note without length")
                                        : PieceWords::tr("%1 notes without length")
                                              .arg(countInWords(row.zeroLengthNotes));
    case Problem::SeveralTempos:
        return PieceWords::tr("%1 tempos").arg(countInWords(row.tempoCount));
    case Problem::SeveralMeters:
        return PieceWords::tr("%1 meters").arg(countInWords(row.meterCount));
    case Problem::ExtremeRange:
        return PieceWords::tr("extreme range");
    case Problem::OffGrid:
        return PieceWords::tr("%1 % off the grid").arg(percent(row.offGridShare));
    case Problem::LongSilence:
        return PieceWords::tr("long silence");
    case Problem::MonotoneRepetition:
        return PieceWords::tr("monotone repetition");
    case Problem::UnreadableRest:
        return PieceWords::tr("broken part-way");
    }
    return QString();
}

std::string lower(const QString& text)
{
    return text.toLower().toStdString();
}

std::string nameOf(const DatasetPiece& piece, bool isOneOfSeveral)
{
    std::string name = readablePath(std::filesystem::path(piece.path).filename());
    if (!isOneOfSeveral)
        return name;
    name += " #" + std::to_string(piece.ordinal + 1);
    return piece.facts.title.empty() ? name : name + " · " + piece.facts.title;
}

std::string searchTextOf(const PieceRow& row)
{
    QStringList parts{
        pieceName(row),
        QString::fromStdString(row.title),
        QString::fromStdString(row.composer),
        QString::fromStdString(readablePath(std::filesystem::path(row.path).parent_path())),
        meterInWords(row),
        readInWords(row),
        problemsInWords(row, {}),
        recipeInWords(row),
        QString::fromStdString(row.note),
        useInWords(row, true)};
    for (const std::string& tag : row.tags)
        parts << QString::fromStdString(tag);
    if (row.key)
        parts << plainKey(*row.key) << signedKey(*row.key);
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        if ((row.problems & problemBit(static_cast<Problem>(i))) != 0)
            parts << problemGroupInWords(static_cast<Problem>(i));
    }
    return lower(parts.join(QLatin1Char('\n')));
}

} // namespace

std::string orderKey(const QString& name)
{
    const std::string text = lower(name);
    const auto isDigit = [](char letter) { return letter >= '0' && letter <= '9'; };
    std::string key;
    key.reserve(text.size() + 4);
    for (std::size_t i = 0; i < text.size();) {
        if (!isDigit(text[i])) {
            key += text[i++];
            continue;
        }
        while (i + 1 < text.size() && text[i] == '0' && isDigit(text[i + 1]))
            ++i;
        std::size_t end = i;
        while (end < text.size() && isDigit(text[end]))
            ++end;
        // How many digits there are goes before them: a longer number is the greater one.
        key += static_cast<char>('0' + std::min<std::size_t>(end - i, 9));
        key.append(text, i, end - i);
        i = end;
    }
    return key;
}

PieceRow pieceRow(const DatasetPiece& piece, bool isOneOfSeveral)
{
    const PieceFacts& facts = piece.facts;
    const auto count = [](std::size_t number) {
        return static_cast<std::uint32_t>(std::min<std::size_t>(number, UINT32_MAX));
    };
    PieceRow row;
    row.id = piece.id;
    row.file = piece.file;
    row.family = piece.family;
    row.ordinal = piece.ordinal;
    row.path = piece.path;
    row.title = facts.title;
    row.composer = facts.composer;
    row.name = nameOf(piece, isOneOfSeveral);
    row.orderKey = orderKey(QString::fromStdString(row.name));
    row.status = piece.status;
    row.part = piece.part;
    row.problems = piece.problems;
    if (facts.key) {
        row.key = facts.key->key;
        row.keyRunnerUp = facts.key->runnerUp;
        row.keyConfidence = static_cast<float>(facts.key->confidence);
    }
    if (!facts.meters.empty())
        row.meter = facts.meters.front().meter;
    row.notes = count(facts.notes);
    row.drumNotes = count(facts.drumNotes);
    row.tracks = count(facts.tracks);
    row.polyphony = count(facts.polyphony);
    row.tempoCount = count(facts.tempoCount);
    row.meterCount = count(facts.meterCount);
    row.overlappingNotes = count(facts.overlappingNotes);
    row.zeroLengthNotes = count(facts.zeroLengthNotes);
    row.bars = static_cast<std::int32_t>(std::clamp<std::int64_t>(facts.bars, 0, INT32_MAX));
    row.lowest = static_cast<std::int16_t>(facts.lowest.value_or(-1));
    row.highest = static_cast<std::int16_t>(facts.highest.value_or(-1));
    row.lowestVelocity = static_cast<std::int16_t>(facts.lowestVelocity);
    row.highestVelocity = static_cast<std::int16_t>(facts.highestVelocity);
    row.durationSeconds = static_cast<float>(facts.durationSeconds);
    row.quartersPerMinute =
        facts.tempos.empty() ? 0.0F : static_cast<float>(facts.tempos.front().quartersPerMinute);
    row.density = static_cast<float>(facts.density);
    row.offGridShare = static_cast<float>(facts.offGridShare);
    row.kinds = facts.kinds;
    row.contentKey = pieceKey(piece.sha256, piece.ordinal);
    row.sections = count(piece.sections);
    row.isInUse = piece.isInUse;
    row.whyLeftOut = piece.whyLeftOut;
    row.whyLeftOutText = piece.whyLeftOutText;
    for (const AppliedStep& step : piece.changes) {
        if (!row.changes.empty())
            row.changes += ", ";
        row.changes += step.words;
        row.steps.push_back(static_cast<std::uint32_t>(step.step));
        if (const OperationInfo* operation = operationNamed(step.operation);
            operation && !step.isStale)
            row.treated |= operation->cures;
    }
    row.treated = piece.isInUse ? row.treated & row.problems : row.problems;
    row.tags = piece.tags;
    row.note = piece.note;
    row.searchText = searchTextOf(row);
    return row;
}

QString pieceName(const PieceRow& row)
{
    return QString::fromStdString(row.name);
}

QString keyInWords(const PieceRow& row)
{
    if (!row.key)
        return QStringLiteral("–");
    return row.keyConfidence < kUnsureKey ? PieceWords::tr("%1?").arg(signedKey(*row.key))
                                          : signedKey(*row.key);
}

QString meterInWords(const PieceRow& row)
{
    return row.meter ? QString::fromStdString(meterName(*row.meter)) : QStringLiteral("–");
}

QString rangeInWords(const PieceRow& row)
{
    return row.lowest < 0 ? QStringLiteral("–")
                          : pitchInWords(row.lowest) + QChar(0x2013) + pitchInWords(row.highest);
}

QString readInWords(const PieceRow& row)
{
    return row.status == FileStatus::AcceptedWithNotes ? PieceWords::tr("remarks")
                                                       : PieceWords::tr("as is");
}

QString problemsInWords(const PieceRow& row, const QString& relative)
{
    QStringList found;
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        const auto problem = static_cast<Problem>(i);
        if ((row.problems & problemBit(problem)) != 0)
            found << problemInWords(row, problem, relative);
    }
    return found.isEmpty() ? PieceWords::tr("none") : found.join(QStringLiteral(", "));
}

QString recipeInWords(const PieceRow& row)
{
    if (!row.isInUse)
        return PieceWords::tr("left out");
    return row.changes.empty() ? PieceWords::tr("none") : QString::fromStdString(row.changes);
}

QString useInWords(const PieceRow& row, bool isSplit)
{
    if (!row.isInUse)
        return row.whyLeftOut == "excluded" ? PieceWords::tr("left out by hand")
                                            : PieceWords::tr("no");
    if (!row.part)
        return isSplit ? PieceWords::tr("no") : PieceWords::tr("not split");
    switch (*row.part) {
    case Part::Train:
        return PieceWords::tr("training");
    case Part::Validation:
        return PieceWords::tr("validation");
    case Part::Test:
        break;
    }
    return PieceWords::tr("test");
}

QString factsInWords(const PieceRow& row, const QString& relative)
{
    QStringList lines{QString::fromStdString(readablePath(row.path))};
    if (!row.title.empty())
        lines << PieceWords::tr("Title: %1").arg(QString::fromStdString(row.title));
    if (!row.composer.empty())
        lines << PieceWords::tr("Composer: %1").arg(QString::fromStdString(row.composer));
    if (row.key) {
        lines << (row.keyConfidence < kUnsureKey && row.keyRunnerUp
                      ? PieceWords::tr("Key: %1, or perhaps %2")
                            .arg(signedKey(*row.key), signedKey(*row.keyRunnerUp))
                      : PieceWords::tr("Key: %1").arg(signedKey(*row.key)));
    }
    QString length = PieceWords::tr("Length: %1 bars of %2, %3")
                         .arg(countInWords(row.bars), meterInWords(row),
                              durationInWords(static_cast<double>(row.durationSeconds)));
    if (row.meterCount > 1)
        length += PieceWords::tr(", %1 meters").arg(countInWords(row.meterCount));
    lines << length;
    if (row.quartersPerMinute > 0) {
        QString tempo =
            PieceWords::tr("Tempo: %1 quarters a minute").arg(decimal(row.quartersPerMinute, 0));
        if (row.tempoCount > 1)
            tempo += PieceWords::tr(", %1 tempos").arg(countInWords(row.tempoCount));
        lines << tempo;
    }
    QString notes = PieceWords::tr("Notes: %1 in %2 tracks, up to %3 at a time, %4 a second")
                        .arg(countInWords(row.notes), countInWords(row.tracks),
                             countInWords(row.polyphony), decimal(row.density, 1));
    if (row.drumNotes > 0)
        notes += PieceWords::tr(", %1 of them drums").arg(countInWords(row.drumNotes));
    lines << notes;
    lines << PieceWords::tr("Range: %1").arg(rangeInWords(row));
    lines << PieceWords::tr("Velocity: %1 to %2").arg(row.lowestVelocity).arg(row.highestVelocity);
    lines << PieceWords::tr("Off the grid: %1 %").arg(percent(row.offGridShare));
    lines << PieceWords::tr("Problems: %1").arg(problemsInWords(row, relative));
    if (!row.changes.empty())
        lines << PieceWords::tr("Recipe: %1").arg(QString::fromStdString(row.changes));
    if (!row.isInUse)
        lines << PieceWords::tr("Left out: %1").arg(QString::fromStdString(row.whyLeftOutText));
    if (!row.tags.empty()) {
        QStringList tags;
        for (const std::string& tag : row.tags)
            tags << QString::fromStdString(tag);
        lines << PieceWords::tr("Tags: %1").arg(tags.join(QStringLiteral(", ")));
    }
    if (!row.note.empty())
        lines << PieceWords::tr("Note: %1").arg(QString::fromStdString(row.note));
    return lines.join(QLatin1Char('\n'));
}

QString problemGroupInWords(Problem problem)
{
    const std::string_view title = problemInfo(problem).title;
    return QString::fromUtf8(title.data(), std::ssize(title));
}

} // namespace continuo::ui
