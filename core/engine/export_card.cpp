// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text.h"
#include "core/engine/data_card.h"
#include "core/engine/export_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace continuo {
namespace {

namespace fs = std::filesystem;

using Counted = std::map<std::string, std::size_t>;

CardList listOf(const Counted& counted)
{
    CardList list(counted.begin(), counted.end());
    std::ranges::stable_sort(list, std::ranges::greater{}, &CardList::value_type::second);
    return list;
}

/// What a file is counted under: the folder that all lie in, and the folder or archive in that. Not
/// the whole path, which says more about a machine than about the music.
std::string placeOf(const SetPlan& plan, const DatasetFile& file)
{
    std::string_view folder = plan.folder;
    if (folder.ends_with('/'))
        folder.remove_suffix(1);
    folder = folder.substr(folder.rfind('/') + 1); // npos + 1 is 0.
    const std::string_view below = std::string_view(file.path).substr(plan.folder.size());
    const std::size_t slash = below.find('/');
    std::string place(folder);
    if (slash != std::string_view::npos)
        place += (place.empty() ? "" : "/") + std::string(below.substr(0, slash));
    return place.empty() ? "." : toUtf8(place);
}

void countPlan(const SetPlan& plan, DataCard& card)
{
    Counted formats;
    Counted places;
    for (const DatasetFile& file : plan.files) {
        ++places[placeOf(plan, file)];
        if (file.status != FileStatus::Rejected)
            ++formats[file.format];
    }
    Counted composers;
    Counted copyrights;
    Counted leftOut;
    Counted operations;
    for (const PlannedPiece& piece : plan.pieces) {
        if (!piece.treatment.isInUse) {
            ++leftOut[piece.treatment.reason];
            continue;
        }
        if (!piece.composer.empty())
            ++composers[piece.composer];
        if (!piece.copyright.empty())
            ++copyrights[piece.copyright];
        card.changed += piece.treatment.isChanged ? 1 : 0;
        // A step that does two things to a piece counts once.
        std::vector<std::string> done;
        for (const PieceTreatment::Operation& operation : piece.treatment.operations)
            done.push_back(operation.name);
        std::ranges::sort(done);
        done.erase(std::ranges::unique(done).begin(), done.end());
        for (const std::string& operation : done)
            ++operations[operation];
    }
    card.formats = listOf(formats);
    card.places = listOf(places);
    card.composers = listOf(composers);
    card.copyrights = listOf(copyrights);
    card.leftOut = listOf(leftOut);
    card.operations = listOf(operations);
}

/// Counts the notes of every piece in use, as the recipe leaves them.
Status countScores(const ExportWork& work, DataCard& card)
{
    std::vector<CardCounts> counts;
    std::int64_t last = 0;
    PieceBatches batches;
    batches.isWanted = [](const PlannedPiece& piece) { return piece.treatment.isInUse; };
    batches.begin = [&](std::span<const ReadPiece> pieces) { counts.assign(pieces.size(), {}); };
    batches.make = [&](std::size_t i, ReadPiece& piece) { counts[i].add(piece.piece.score); };
    batches.take = [&](std::size_t i, ReadPiece& piece) {
        // What a recipe cut into several is still one piece of the set.
        const std::int64_t id = work.plan.pieces[piece.planned].id;
        counts[i].pieces = id == last ? 0 : 1;
        last = id;
        card.counts.add(counts[i]);
        return ok();
    };
    return readBatches(work, std::nullopt, "counting", batches);
}

class PreparedCard final : public PreparedExport
{
public:
    explicit PreparedCard(WholeFileWriter file)
        : m_file(std::move(file))
    {
    }
    Status commit() override { return m_file.commit(); }

private:
    WholeFileWriter m_file;
};

} // namespace

Prepared prepareCard(const ExportWork& work, const ExportTarget& target)
{
    const std::string ending = lowerCase(target.to.extension().string());
    const bool isHtml = ending == ".html" || ending == ".htm";
    if (!isHtml && ending != ".md" && ending != ".markdown")
        return Error{ErrorKind::Usage,
                     "export.card-ending",
                     fmt::format("\"{}\" cannot be a data card: what to write is told by the "
                                 "ending. Choose a name that ends with .md or .html.",
                                 readablePath(target.to)),
                     {{"file", readablePath(target.to)}}};
    Result<WholeFileWriter> file = WholeFileWriter::open(target.to, work.options.overwrite);
    if (!file)
        return file.error();
    DataCard card;
    card.words = work.options.words;
    card.name = readablePath(work.set.path().stem());
    card.info = work.plan.info;
    countPlan(work.plan, card);
    if (const Status counted = countScores(work, card); !counted)
        return counted.error();
    if (work.plan.isSplit()) {
        const Result<LeakReport> leaks = work.set.leaks(0, work.cancel);
        if (!leaks)
            return leaks.error();
        card.leaks = leaks->passages;
    }
    if (work.cancel.isCancelled())
        return cancelledError();
    const std::string text = isHtml ? cardAsHtml(card) : cardAsMarkdown(card);
    if (const Status written = file->write(text); !written)
        return written.error();
    auto prepared = std::make_unique<PreparedCard>(std::move(*file));
    prepared->outcome.pieces = card.counts.pieces;
    prepared->outcome.files = 1;
    return Prepared(std::move(prepared));
}

} // namespace continuo
