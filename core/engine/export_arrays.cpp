// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/encoding.h"
#include "core/encode/frame.h"
#include "core/encode/note_encoding.h"
#include "core/encode/voices.h"
#include "core/engine/csv.h"
#include "core/engine/export_plan.h"
#include "core/engine/npy_file.h"

#include <fmt/format.h>

#include <array>
#include <map>
#include <utility>

namespace continuo {
namespace {

constexpr std::string_view kPieces = "pieces.csv";
constexpr std::string_view kPiecesHeader =
    "part,index,begin,end,source,sha256,piece,title,semitones,reason,losses\n";

std::string_view symbolKind(SymbolKind kind)
{
    constexpr std::array<std::string_view, 6> kNames{"pitch", "rest", "hold",
                                                     "end",   "bar",  "other"};
    return kNames[static_cast<std::size_t>(kind)];
}

/// What the columns of a two-dimensional array are.
Json columnsOf(const Encoding& encoding)
{
    Json columns = Json::array();
    if (encoding.name() == VoicesEncoding::kName) {
        for (const std::string_view voice : kVoiceNames)
            columns.push_back(voice);
    } else if (encoding.name() == FrameEncoding::kName) {
        for (const Symbol& key : encoding.vocabulary().symbols())
            columns.push_back(key.name);
    } else if (encoding.name() == NoteEncoding::kName) {
        columns = {"pitch", "time", "length"};
        if (encoding.limits().size() > 3)
            columns.push_back("velocity");
    }
    return columns;
}

/// A piece in numbers.
struct Sequence
{
    std::optional<Error> refusal{};
    std::vector<Token> tokens{};
    std::vector<std::uint8_t> keys{}; ///< Of frames, instead of tokens: kFrameKeys of a frame.
    std::size_t steps = 0;
    int semitones = 0;
    LossReport report{};
};

Sequence sequenceOf(const Encoding& encoding, const Score& score)
{
    Sequence sequence;
    Result<EncodedPiece> encoded = encoding.encode(score, {});
    if (!encoded) {
        sequence.refusal = encoded.error();
        return sequence;
    }
    sequence.tokens = std::move(encoded->tokens);
    sequence.steps = sequence.tokens.size() / encoding.limits().size();
    sequence.semitones = encoded->semitones;
    sequence.report = std::move(encoded->report);
    if (encoding.name() != FrameEncoding::kName)
        return sequence;
    sequence.keys.reserve(sequence.steps * kFrameKeys);
    for (std::size_t i = 0; i < sequence.steps; ++i) {
        const FrameKeys keys =
            frameKeys(std::span(sequence.tokens).subspan(i * kFrameNumbers, kFrameNumbers));
        for (std::size_t key = 0; key < kFrameKeys; ++key)
            sequence.keys.push_back(keys[key] ? 1 : 0);
    }
    sequence.tokens.clear();
    return sequence;
}

/// Writes one folder of arrays.
class ArrayExport
{
public:
    ArrayExport(const ExportWork& work, std::shared_ptr<const Encoding> encoding,
                WholeFolderWriter& folder)
        : m_work(work)
        , m_encoding(std::move(encoding))
        , m_folder(folder)
    {
    }

    Status write(ExportOutcome& outcome)
    {
        if (const Status fitted = fit(); !fitted)
            return fitted;
        Result<FolderFile> table = m_folder.create(kPieces);
        if (!table)
            return table.error();
        if (const Status written = table->write(kPiecesHeader); !written)
            return written;
        for (const auto& [part, name] : parts())
            if (const Status written = writePart(part, name, *table); !written)
                return written;
        if (m_pieces == 0)
            return nothingToExport(
                m_work.set,
                m_firstReason.empty()
                    ? "none of its pieces is asked for and in use."
                    : "none of its pieces can be written in this encoding. The first: " +
                          m_firstReason);
        if (const Status closed = table->close(); !closed)
            return closed;
        if (const Status written = m_folder.write("vocabulary.json", vocabulary() + "\n"); !written)
            return written;
        outcome.pieces = m_pieces;
        outcome.files = 2 * parts().size() + 2;
        outcome.leftOut = m_leftOut;
        outcome.remarks = m_losses.size();
        return ok();
    }

private:
    std::vector<std::pair<std::optional<Part>, std::string>> parts() const
    {
        std::vector<std::pair<std::optional<Part>, std::string>> parts;
        for (const Part part : {Part::Train, Part::Validation, Part::Test})
            if (m_work.options.part ? m_work.options.part == part : m_work.plan.isSplit())
                parts.emplace_back(part, partName(part));
        if (parts.empty())
            parts.emplace_back(std::nullopt, "all");
        return parts;
    }

    bool isFrames() const { return m_encoding->name() == FrameEncoding::kName; }
    std::size_t columns() const
    {
        const std::size_t width = m_encoding->limits().size();
        return isFrames() ? kFrameKeys : width > 1 ? width : 0;
    }

    /// As a training does: on what is learnt from, whatever is exported of it.
    Status fit()
    {
        const auto fit = m_encoding->fit();
        if (!fit)
            return ok();
        m_fittedOn = m_work.plan.isSplit() ? "train" : "all";
        PieceBatches batches;
        batches.isWanted = [](const PlannedPiece& piece) { return piece.treatment.isInUse; };
        batches.begin = [](std::span<const ReadPiece>) {};
        batches.make = [](std::size_t, ReadPiece&) {};
        batches.take = [&](std::size_t, ReadPiece& piece) {
            fit->add(piece.piece.score);
            return ok();
        };
        const Status read =
            readBatches(m_work, m_work.plan.isSplit() ? std::optional(Part::Train) : std::nullopt,
                        "reading", batches);
        if (read)
            m_encoding = fit->encoding();
        return read;
    }

    Status writePart(std::optional<Part> part, const std::string& name, FolderFile& table)
    {
        Result<NpyWriter> array =
            isFrames() ? NpyWriter::create<std::uint8_t>(m_folder, name + ".npy", columns())
                       : NpyWriter::create<Token>(m_folder, name + ".npy", columns());
        if (!array)
            return array.error();
        std::vector<std::int64_t> offsets{0};
        std::vector<Sequence> sequences;
        PieceBatches batches;
        batches.isWanted = [this](const PlannedPiece& piece) {
            return m_work.plan.isChosen(piece, m_work.options);
        };
        batches.begin = [&](std::span<const ReadPiece> pieces) {
            sequences.assign(pieces.size(), {});
        };
        batches.make = [&](std::size_t i, ReadPiece& piece) {
            sequences[i] = sequenceOf(*m_encoding, piece.piece.score);
        };
        batches.take = [&](std::size_t i, ReadPiece& piece) -> Status {
            const Sequence& sequence = sequences[i];
            const std::int64_t begin = offsets.back();
            if (!sequence.refusal) {
                offsets.push_back(begin + static_cast<std::int64_t>(sequence.steps));
                const Status written =
                    isFrames() ? array->append(std::span<const std::uint8_t>(sequence.keys))
                               : array->append(std::span<const Token>(sequence.tokens));
                if (!written)
                    return written;
                ++m_pieces;
                for (const LossReport::Item& item : sequence.report.items)
                    m_losses[item.id] += item.count;
            } else {
                ++m_leftOut;
                if (m_firstReason.empty())
                    m_firstReason = sequence.refusal->text;
            }
            return table.write(rowOf(name, piece, sequence, begin, offsets.size()));
        };
        if (const Status read = readBatches(m_work, part, "encoding", batches); !read)
            return read;
        if (const Status finished = array->finish(); !finished)
            return finished;
        m_parts[name] = {{"pieces", offsets.size() - 1}, {"steps", offsets.back()}};
        Result<NpyWriter> ends =
            NpyWriter::create<std::int64_t>(m_folder, "offsets-" + name + ".npy", 0);
        if (!ends)
            return ends.error();
        if (const Status written = ends->append(std::span<const std::int64_t>(offsets)); !written)
            return written;
        return ends->finish();
    }

    std::string rowOf(const std::string& part, const ReadPiece& piece, const Sequence& sequence,
                      std::int64_t begin, std::size_t offsets) const
    {
        const PlannedPiece& planned = m_work.plan.pieces[piece.planned];
        const DatasetFile& file = m_work.plan.fileOf(planned);
        const bool isWritten = !sequence.refusal;
        const std::vector<std::string> fields{
            part,
            isWritten ? std::to_string(offsets - 2) : "",
            isWritten ? std::to_string(begin) : "",
            isWritten ? std::to_string(begin + static_cast<std::int64_t>(sequence.steps)) : "",
            csvText(readablePath(file.path)),
            file.sha256,
            std::to_string(planned.ordinal + 1),
            csvText(piece.piece.title),
            isWritten ? std::to_string(sequence.semitones) : "",
            isWritten ? "" : csvText(sequence.refusal->text),
            isWritten ? csvText(sequence.report.text()) : ""};
        return csvRow(fields);
    }

    std::string vocabulary() const
    {
        Json json{{"encoding", m_encoding->name()},
                  {"version", m_encoding->version()},
                  {"options", Json::parse(m_encoding->optionsJson(), nullptr, false)},
                  {"dataset", readablePath(m_work.set.path().filename())},
                  {"fingerprint", m_work.plan.info.fingerprint},
                  {"fittedOn", m_fittedOn.empty() ? Json() : Json(m_fittedOn)},
                  {"dtype", isFrames() ? "uint8" : "int32"},
                  {"columns", columnsOf(*m_encoding)},
                  {"limits",
                   isFrames() ? Json(std::vector<int>(kFrameKeys, 2)) : Json(m_encoding->limits())},
                  {"parts", m_parts},
                  {"losses", m_losses},
                  {"leftOut", m_leftOut},
                  {"symbols", Json::array()}};
        for (const Symbol& symbol : m_encoding->vocabulary().symbols()) {
            Json entry{{"name", symbol.name}, {"kind", symbolKind(symbol.kind)}};
            if (symbol.kind == SymbolKind::Pitch)
                entry["pitch"] = static_cast<int>(symbol.pitch.value);
            json["symbols"].push_back(std::move(entry));
        }
        return json.dump(1, ' ', false, Json::error_handler_t::replace);
    }

    const ExportWork& m_work;
    std::shared_ptr<const Encoding> m_encoding;
    WholeFolderWriter& m_folder;
    std::string m_fittedOn{};
    Json m_parts = Json::object();
    std::map<std::string, std::size_t> m_losses{}; ///< Notes that the encoding could not keep.
    std::size_t m_pieces = 0;
    std::size_t m_leftOut = 0;
    std::string m_firstReason{};
};

} // namespace

bool isArrayExport(const std::filesystem::path& folder)
{
    return beginsWith(folder / kPieces, kPiecesHeader);
}

Prepared prepareArrays(const ExportWork& work, const ExportTarget& target)
{
    auto encoding = makeEncoding(work.options.encoding, work.options.encodingOptionsJson);
    if (!encoding)
        return encoding.error();
    if (work.options.part && !work.plan.isSplit())
        return nothingToExport(work.set, "it is not split. Split it first, or leave out the part.");
    Result<WholeFolderWriter> folder =
        WholeFolderWriter::open(target.to, work.options.overwrite, isArrayExport);
    if (!folder)
        return folder.error();
    auto prepared = std::make_unique<PreparedFolder>(std::move(*folder));
    ArrayExport arrays(work, std::move(*encoding), prepared->folder());
    if (const Status written = arrays.write(prepared->outcome); !written)
        return written.error();
    return Prepared(std::move(prepared));
}

} // namespace continuo
