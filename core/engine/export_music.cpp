// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/write_abc.h"
#include "core/base/counted.h"
#include "core/engine/csv.h"
#include "core/engine/export_names.h"
#include "core/engine/export_plan.h"
#include "core/midi/write_midi.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <map>
#include <mutex>
#include <utility>

namespace continuo {
namespace {

constexpr std::string_view kManifest = "manifest.csv";
constexpr std::string_view kManifestHeader =
    "source,sha256,piece,title,output,outcome,part,status,operations,reason,remarks\n";

/// A piece, or a file without pieces, as the manifest tells it.
struct ManifestRow
{
    std::string output{};       ///< Below the folder; empty where there is none.
    std::string_view outcome{}; ///< "copied", "written", "left-out", "not-written", "rejected".
    std::string reason{};
    std::vector<std::string> remarks{};
};

struct Written
{
    std::vector<std::uint8_t> bytes{};
    std::vector<std::string> remarks{};
};

Result<Written> midiOf(const Score& score)
{
    Result<MidiWriting> midi = writeMidi(score);
    if (!midi)
        return midi.error();
    Written written{std::move(midi->bytes), {}};
    if (midi->shortenedNotes > 0)
        written.remarks.push_back(
            counted(midi->shortenedNotes, "note", "notes") +
            " shortened: MIDI cannot hold a note within another of the same pitch");
    if (midi->omittedEvents > 0)
        written.remarks.push_back(counted(midi->omittedEvents, "event", "events") +
                                  " left out that would end a note or are no MIDI");
    return written;
}

Result<Written> abcOf(const Score& score)
{
    Result<AbcText> text = writeAbc(score);
    if (!text)
        return text.error();
    Written written{{text->text.begin(), text->text.end()}, {}};
    const auto remark = [&](std::size_t count, std::string_view one, std::string_view many,
                            std::string_view what) {
        if (count > 0)
            written.remarks.push_back(counted(count, one, many) + std::string(what));
    };
    remark(text->leftOutVoices, "voice", "voices", " left out: a tune has at most 64");
    remark(text->leftOutNotes, "note", "notes", " left out beside another of the same pitch");
    remark(text->shortenedNotes, "note", "notes",
           " cut where the same pitch begins again or more than 8 of a voice overlap");
    remark(text->leftOutGraces, "mark of grace notes", "marks of grace notes",
           " left out: the step \"Play ornaments\" makes notes of them");
    remark(text->movedNotes, "note", "notes", " moved onto the grid of 48 steps a quarter");
    return written;
}

/// Writes one folder of MIDI or ABC.
class MusicExport
{
public:
    MusicExport(const ExportWork& work, ExportKind kind, WholeFolderWriter& folder)
        : m_work(work)
        , m_format(kind == ExportKind::Midi ? MusicFormat::Midi : MusicFormat::Abc)
        , m_folder(folder)
        , m_rows(work.plan.pieces.size())
        , m_fileRows(work.plan.files.size())
    {
        m_names.take("manifest", ".csv");
    }

    Status write(ExportOutcome& outcome)
    {
        const bool isRejected = m_work.options.only == ExportOnly::Rejected;
        if (isRejected)
            planFiles();
        else
            planPieces();
        if (m_firstReason.empty() && m_wanted == 0)
            return nothingToExport(m_work.set, whyNothing());
        if (const Status copied = isRejected ? copyFiles() : copyPieces(); !copied)
            return copied;
        if (const Status written = isRejected ? ok() : writePieces(); !written)
            return written;
        if (m_work.cancel.isCancelled())
            return cancelledError();
        if (m_copied + m_written == 0)
            return nothingToExport(m_work.set, "none of its pieces can be written so. The first: " +
                                                   m_firstReason);
        if (const Status written = writeManifest(); !written)
            return written;
        outcome.pieces = m_pieces;
        outcome.files = m_copied + m_written + 1;
        outcome.copied = m_copied;
        outcome.leftOut = m_notWritten;
        outcome.remarks = m_remarks;
        return ok();
    }

private:
    bool isCopied(const PlannedPiece& piece) const
    {
        return !piece.treatment.isChanged && m_work.plan.fileSizes[piece.file] == 1 &&
               m_work.plan.fileOf(piece).format == musicFormatName(m_format);
    }

    std::string placeOf(const DatasetFile& file) const
    {
        return safePath(file.path, m_work.plan.folder);
    }

    void planPieces()
    {
        for (const PlannedPiece& piece : m_work.plan.pieces)
            if (m_work.plan.isChosen(piece, m_work.options))
                m_names.keepFolders(placeOf(m_work.plan.fileOf(piece)));
        for (std::size_t i = 0; i < m_work.plan.pieces.size(); ++i) {
            const PlannedPiece& piece = m_work.plan.pieces[i];
            if (!m_work.plan.isChosen(piece, m_work.options))
                continue;
            const DatasetFile& file = m_work.plan.fileOf(piece);
            const std::string path = placeOf(file);
            const NameParts parts = nameParts(path);
            const auto named = musicFormatByName(path);
            const bool isNamed = named || (file.format == musicFormatName(MusicFormat::Frames) &&
                                           parts.ending == ".json");
            std::string stem(isNamed ? parts.stem : std::string_view(path));
            if (m_work.plan.fileSizes[piece.file] > 1)
                stem += "-" + std::to_string(piece.ordinal + 1);
            const bool keepsEnding = isCopied(piece) && named == m_format;
            m_rows[i].output = m_names.take(stem, keepsEnding ? parts.ending : ending());
            ++m_wanted;
        }
    }

    void planFiles()
    {
        const auto isWanted = [](const DatasetFile& file) {
            return file.status == FileStatus::Rejected && !file.sha256.empty();
        };
        for (const DatasetFile& file : m_work.plan.files)
            if (isWanted(file))
                m_names.keepFolders(placeOf(file));
        for (std::size_t i = 0; i < m_work.plan.files.size(); ++i) {
            if (!isWanted(m_work.plan.files[i]))
                continue;
            const std::string path = placeOf(m_work.plan.files[i]);
            const NameParts parts = nameParts(path);
            m_fileRows[i].output = m_names.take(parts.stem, parts.ending);
            ++m_wanted;
        }
    }

    std::string whyNothing() const
    {
        switch (m_work.options.only) {
        case ExportOnly::Rejected:
            return "none of its files was rejected, or the bytes of none are kept.";
        case ExportOnly::Changed:
            return "the recipe changes none of the pieces that are asked for.";
        case ExportOnly::Clean:
            break;
        }
        return m_work.options.part && !m_work.plan.isSplit()
                   ? "it is not split. Split it first, or leave out the part."
                   : "none of its pieces is asked for and in use.";
    }

    std::string_view ending() const { return m_format == MusicFormat::Midi ? ".mid" : ".abc"; }

    /// Under its name, or the next one where the file system takes two names for the same.
    Status writeFile(std::string& output, std::span<const std::uint8_t> bytes)
    {
        for (int attempt = 0;; ++attempt) {
            Status written = m_folder.write(output, bytes);
            if (written || written.error().id != "file.exists" || attempt == 100)
                return written;
            const std::lock_guard guard(m_naming);
            const NameParts parts = nameParts(output);
            output = m_names.take(parts.stem, parts.ending);
        }
    }

    Status copyBytes(const DatasetFile& file, ManifestRow& row)
    {
        const Result<std::vector<std::uint8_t>> bytes = m_work.set.bytesOf(file.id);
        if (!bytes)
            return bytes.error();
        if (const Status written = writeFile(row.output, *bytes); !written)
            return written;
        row.outcome = "copied";
        ++m_copied;
        if (m_copied % 64 == 0)
            m_work.tell("copying", m_copied, m_wanted);
        return m_work.cancel.isCancelled() ? Status(cancelledError()) : ok();
    }

    Status copyPieces()
    {
        for (std::size_t i = 0; i < m_rows.size(); ++i) {
            const PlannedPiece& piece = m_work.plan.pieces[i];
            if (m_rows[i].output.empty() || !isCopied(piece))
                continue;
            if (const Status copied = copyBytes(m_work.plan.fileOf(piece), m_rows[i]); !copied)
                return copied;
            ++m_pieces;
        }
        return ok();
    }

    Status copyFiles()
    {
        for (std::size_t i = 0; i < m_fileRows.size(); ++i) {
            if (m_fileRows[i].output.empty())
                continue;
            if (const Status copied = copyBytes(m_work.plan.files[i], m_fileRows[i]); !copied)
                return copied;
        }
        return ok();
    }

    Status writePieces()
    {
        struct Making
        {
            ManifestRow* row = nullptr;
            Status status = ok();
        };
        std::vector<Making> makings;
        PieceBatches batches;
        batches.isWanted = [this](const PlannedPiece& piece) {
            return m_work.plan.isChosen(piece, m_work.options) && !isCopied(piece);
        };
        batches.begin = [&](std::span<const ReadPiece> pieces) {
            makings.assign(pieces.size(), {});
            for (std::size_t i = 0; i < pieces.size(); ++i) {
                makings[i].row = &m_rows[pieces[i].planned];
                if (pieces[i].version == 0)
                    continue;
                const std::string first = makings[i].row->output;
                const NameParts parts = nameParts(first);
                ManifestRow& further = m_furtherRows[{pieces[i].planned, pieces[i].version}];
                further.output = m_names.take(
                    fmt::format("{}.{}", parts.stem, pieces[i].version + 1), parts.ending);
                makings[i].row = &further;
            }
        };
        batches.make = [&](std::size_t i, ReadPiece& piece) {
            ManifestRow& row = *makings[i].row;
            Result<Written> written = m_format == MusicFormat::Midi ? midiOf(piece.piece.score)
                                                                    : abcOf(piece.piece.score);
            if (!written) {
                row.output.clear();
                row.outcome = "not-written";
                row.reason = written.error().text;
                return;
            }
            row.outcome = "written";
            row.remarks = std::move(written->remarks);
            makings[i].status = writeFile(row.output, written->bytes);
        };
        batches.take = [&](std::size_t i, ReadPiece& piece) {
            const ManifestRow& row = *makings[i].row;
            if (row.outcome == "written") {
                ++m_written;
                m_pieces += piece.version == 0 ? 1 : 0;
                m_remarks += row.remarks.size();
            } else {
                ++m_notWritten;
                if (m_firstReason.empty())
                    m_firstReason = row.reason;
            }
            return makings[i].status;
        };
        return readBatches(m_work, m_work.options.part, "writing", batches);
    }

    Status writeRow(FolderFile& manifest, const DatasetFile& file, const PlannedPiece* piece,
                    const ManifestRow& row) const
    {
        std::string operations;
        if (piece)
            for (const PieceTreatment::Operation& operation : piece->treatment.operations)
                operations += (operations.empty() ? "" : "; ") + operation.words;
        const std::vector<std::string> fields{
            csvText(readablePath(file.path)),
            file.sha256,
            piece ? std::to_string(piece->ordinal + 1) : "",
            piece ? csvText(piece->title) : "",
            csvText(row.output),
            std::string(row.outcome),
            piece && piece->part ? std::string(partName(*piece->part)) : "",
            std::string(fileStatusName(file.status)),
            csvText(operations),
            csvText(row.reason),
            fmt::format("{}", fmt::join(row.remarks, "; "))};
        return manifest.write(csvRow(fields));
    }

    /// All pieces that were asked for, in use or not, and of a whole set the rejected files.
    Status writeManifest()
    {
        Result<FolderFile> manifest = m_folder.create(kManifest);
        if (!manifest)
            return manifest.error();
        if (const Status written = manifest->write(kManifestHeader); !written)
            return written;
        const ExportOptions& options = m_work.options;
        std::size_t next = 0; // Pieces come in the order of their files.
        for (std::size_t i = 0; i < m_work.plan.files.size(); ++i) {
            const DatasetFile& file = m_work.plan.files[i];
            Status written = ok();
            if (file.status == FileStatus::Rejected && !options.part &&
                options.only != ExportOnly::Changed) {
                ManifestRow& row = m_fileRows[i];
                if (row.outcome.empty())
                    row.outcome = "rejected";
                if (file.reason)
                    row.reason = file.reason->text;
                written = writeRow(*manifest, file, nullptr, row);
            }
            for (; written && next < m_rows.size() && m_work.plan.pieces[next].file == i; ++next)
                written = writePieceRows(*manifest, next);
            if (!written)
                return written;
        }
        return manifest->close();
    }

    Status writePieceRows(FolderFile& manifest, std::size_t place)
    {
        const PlannedPiece& piece = m_work.plan.pieces[place];
        const DatasetFile& file = m_work.plan.fileOf(piece);
        ManifestRow& row = m_rows[place];
        if (row.outcome.empty()) {
            if (piece.treatment.isInUse || m_work.options.only != ExportOnly::Clean ||
                !m_work.plan.isOfPart(piece, m_work.options))
                return ok();
            row.outcome = "left-out";
            row.reason = piece.treatment.reasonWords;
        }
        Status written = writeRow(manifest, file, &piece, row);
        for (auto further = m_furtherRows.lower_bound({place, 0});
             written && further != m_furtherRows.end() && further->first.first == place; ++further)
            written = writeRow(manifest, file, &piece, further->second);
        return written;
    }

    const ExportWork& m_work;
    MusicFormat m_format;
    WholeFolderWriter& m_folder;
    std::mutex m_naming{};
    TakenNames m_names{};
    std::vector<ManifestRow> m_rows;     ///< By piece.
    std::vector<ManifestRow> m_fileRows; ///< By file, for those without pieces.
    /// Of pieces that a recipe cut into several: by piece and version from 1.
    std::map<std::pair<std::size_t, std::size_t>, ManifestRow> m_furtherRows{};
    std::size_t m_wanted = 0;
    std::size_t m_pieces = 0;
    std::size_t m_copied = 0;
    std::size_t m_written = 0;
    std::size_t m_notWritten = 0;
    std::size_t m_remarks = 0;
    std::string m_firstReason{};
};

} // namespace

bool isMusicExport(const std::filesystem::path& folder)
{
    return beginsWith(folder / kManifest, kManifestHeader);
}

Prepared prepareMusic(const ExportWork& work, const ExportTarget& target)
{
    Result<WholeFolderWriter> folder =
        WholeFolderWriter::open(target.to, work.options.overwrite, isMusicExport);
    if (!folder)
        return folder.error();
    auto prepared = std::make_unique<PreparedFolder>(std::move(*folder));
    MusicExport music(work, target.kind, prepared->folder());
    if (const Status written = music.write(prepared->outcome); !written)
        return written.error();
    return Prepared(std::move(prepared));
}

} // namespace continuo
