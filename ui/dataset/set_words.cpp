// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/set_words.h"

#include "core/dataset/family.h"
#include "core/dataset/rejection.h"
#include "ui/base/words.h"

#include <QCoreApplication>
#include <QFile>

namespace continuo::ui {

namespace {

/// The context of the words for translators.
struct SetWords
{
    Q_DECLARE_TR_FUNCTIONS(continuo::ui::SetWords)
};

std::int64_t countOf(const Json& result, const char* member)
{
    const auto found = result.find(member);
    return found != result.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

/// Why files were rejected, with how many of each.
QString reasonsInWords(const Json& result)
{
    std::map<std::string, std::size_t> files;
    if (const auto found = result.find("reasons"); found != result.end() && found->is_object()) {
        for (const auto& [reason, number] : found->items())
            files[reason] = number.is_number_unsigned() ? number.get<std::size_t>() : 0;
    }
    QStringList reasons;
    for (const auto& [reason, number] : rejectionsInWords(files))
        reasons << SetWords::tr("%1: %2").arg(QString::fromStdString(reason),
                                              countInWords(static_cast<std::int64_t>(number)));
    return reasons.join(QStringLiteral(", "));
}

SetNews nothingReadInWords(const QString& name, const Json& result)
{
    const std::int64_t rejected = countOf(result, "rejected");
    if (rejected == 0)
        return {SetWords::tr("There is no music in “%1”: no MIDI, ABC or frame list was found. "
                             "Choose another folder.")
                    .arg(name),
                true};
    if (rejected == 1)
        return {SetWords::tr("The one file that was found could not be read (%1).")
                    .arg(reasonsInWords(result).section(QLatin1Char(':'), 0, 0)),
                true};
    return {SetWords::tr("None of the %1 files could be read (%2).")
                .arg(countInWords(rejected), reasonsInWords(result)),
            true};
}

/// "1,314 pieces in 1,201 families"
QString piecesInWords(std::int64_t pieces, std::int64_t families)
{
    const QString some =
        pieces == 1 ? SetWords::tr("1 piece") : SetWords::tr("%1 pieces").arg(countInWords(pieces));
    if (families == 0)
        return some;
    return families == 1 ? SetWords::tr("%1 in 1 family").arg(some)
                         : SetWords::tr("%1 in %2 families").arg(some, countInWords(families));
}

} // namespace

SetNews importInWords(const QString& name, const Json& result, const QStringList& unreadable)
{
    if (!result.is_object())
        return {};
    const std::int64_t read = countOf(result, "accepted") + countOf(result, "acceptedWithNotes");
    const std::int64_t rejected = countOf(result, "rejected");
    if (read == 0)
        return nothingReadInWords(name, result);
    QStringList sentences;
    if (rejected > 0)
        sentences << SetWords::tr("%1 of %2 files read, %3 rejected.")
                         .arg(countInWords(read), countInWords(read + rejected),
                              countInWords(rejected));
    else
        sentences << (read == 1 ? SetWords::tr("1 file read.")
                                : SetWords::tr("%1 files read.").arg(countInWords(read)));
    if (const std::int64_t known = countOf(result, "known"); known > 0)
        sentences << SetWords::tr("%1 of them were in the set already.").arg(countInWords(known));
    if (const std::int64_t ignored = countOf(result, "ignored"); ignored > 0)
        sentences
            << (ignored == 1
                    ? SetWords::tr("1 other file holds no music.")
                    : SetWords::tr("%1 other files hold no music.").arg(countInWords(ignored)));
    const bool isSplitGone = result.value("splitGone", false);
    if (isSplitGone)
        sentences << SetWords::tr("The split was taken back, because new pieces may be relatives "
                                  "of pieces on both sides. Split again.");
    if (!unreadable.isEmpty()) {
        sentences << unreadable.first();
        if (unreadable.size() > 1)
            sentences << SetWords::tr("%1 more folders could not be looked into.")
                             .arg(countInWords(unreadable.size() - 1));
    }
    return {sentences.join(QLatin1Char(' ')), isSplitGone || !unreadable.isEmpty()};
}

std::optional<SplitOutcome> splitOutcome(const Json& result)
{
    if (!result.is_object() || !result.contains("train"))
        return std::nullopt;
    SplitOutcome outcome;
    outcome.pieces = {countOf(result, "train"), countOf(result, "validation"),
                      countOf(result, "test")};
    outcome.unused = countOf(result, "unused");
    outcome.leaks = countOf(result, "leaks");
    return outcome;
}

QString splitInWords(const SplitOutcome& outcome)
{
    QStringList sentences{
        SetWords::tr("Split: %1 for training, %2 for validation, %3 for the test.")
            .arg(piecesInWords(outcome.pieces[0], outcome.families[0]),
                 piecesInWords(outcome.pieces[1], outcome.families[1]),
                 piecesInWords(outcome.pieces[2], outcome.families[2]))};
    if (outcome.unused > 0)
        sentences << SetWords::tr("%1 not used.").arg(piecesInWords(outcome.unused, 0));
    sentences << leaksInWords(outcome.leaks);
    return sentences.join(QLatin1Char(' '));
}

QString cleanInWords(const Json& result)
{
    const std::int64_t changed = countOf(result, "changed");
    const std::int64_t dropped = countOf(result, "dropped");
    QStringList sentences{
        changed == 0 && dropped == 0
            ? SetWords::tr("The recipe changes no piece.")
            : SetWords::tr("The recipe changes %1 of %2 pieces and leaves out %3.")
                  .arg(countInWords(changed), countInWords(countOf(result, "pieces")),
                       countInWords(dropped))};
    if (const std::int64_t inNoPart = countOf(result, "inNoPart"); inNoPart > 0)
        sentences << SetWords::tr("In use again, but in no part yet: %1. Split again to use them.")
                         .arg(piecesInWords(inNoPart, 0));
    return sentences.join(QLatin1Char(' '));
}

QString exportInWords(const QString& what, const Json& params, const Json& result)
{
    const QString place = QFile::decodeName(params.value("to", std::string()).c_str());
    const std::int64_t pieces = countOf(result, "pieces");
    if (params.value("only", std::string()) == "rejected")
        return pieces == 1 ? SetWords::tr("Copied 1 file that could not be read to %1.").arg(place)
                           : SetWords::tr("Copied %1 files that could not be read to %2.")
                                 .arg(countInWords(pieces), place);
    if (params.value("kind", std::string()) == "card")
        return SetWords::tr("Data card of %1 written to %2.").arg(piecesInWords(pieces, 0), place);
    return SetWords::tr("Exported %1 of %2 to %3.").arg(what, piecesInWords(pieces, 0), place);
}

QString leaksInWords(std::int64_t leaks)
{
    if (leaks == 0)
        return SetWords::tr("No passage of %1 notes is shared between parts.")
            .arg(kLeakPassage.notes);
    return leaks == 1
               ? SetWords::tr("1 passage of %1 notes stands in training and in another part.")
                     .arg(kLeakPassage.notes)
               : SetWords::tr("%1 passages of %2 notes stand in training and in another part.")
                     .arg(countInWords(leaks))
                     .arg(kLeakPassage.notes);
}

} // namespace continuo::ui
