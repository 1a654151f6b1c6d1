// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/dataset/facts.h"
#include "core/dataset/family.h"
#include "core/dataset/music_file.h"
#include "core/dataset/split.h"
#include "core/music/score.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace continuo {

/// How reading a file ended.
enum class FileStatus
{
    Accepted,
    AcceptedWithNotes, ///< Readable after something was noticed or repaired.
    Rejected
};
std::string_view fileStatusName(FileStatus status); ///< "accepted", "acceptedWithNotes", "rejected".

/// A file of a dataset, without its bytes.
struct DatasetFile
{
    std::int64_t id = 0;
    std::string path{};   ///< The exact bytes it was found under; of a zip "archive.zip/member".
    std::string sha256{}; ///< Of its content; empty where it could not even be read.
    std::uint64_t size = 0;
    std::string format{}; ///< musicFormatName(), or empty where it is none.
    FileStatus status = FileStatus::Accepted;
    std::optional<Error> reason{}; ///< Why it was rejected.
    std::vector<Remark> remarks{};

    friend bool operator==(const DatasetFile&, const DatasetFile&) = default;
};

/// A piece of a dataset, without its notes.
struct DatasetPiece
{
    std::int64_t id = 0;
    std::int64_t file = 0;
    std::string path{};      ///< Of its file.
    std::size_t ordinal = 0; ///< Its place within the file, from 0.
    FileStatus status = FileStatus::Accepted; ///< Of its file.
    PieceFacts facts{};
    ProblemMask problems = 0;
    std::int64_t family = 0; ///< Equal for relatives; 0 while not yet known.
    std::optional<Part> part{};

    friend bool operator==(const DatasetPiece&, const DatasetPiece&) = default;
};

/// A file as the import hands it over, with its pieces.
struct ImportedFile
{
    struct Piece
    {
        PieceFacts facts{};
        ProblemMask problems = 0;
        MelodyPrint melody{};
        std::optional<Part> part{};
    };

    DatasetFile file{};                ///< `id` is ignored.
    std::vector<std::uint8_t> bytes{}; ///< Empty where it could not be read.
    std::vector<Piece> pieces{};
};

/// What a dataset holds, in numbers.
struct DatasetInfo
{
    std::size_t files = 0;
    std::size_t accepted = 0;
    std::size_t acceptedWithNotes = 0;
    std::size_t rejected = 0;
    std::map<std::string, std::size_t> reasons{}; ///< Rejected files by reason.
    std::size_t pieces = 0;
    std::size_t train = 0;
    std::size_t validation = 0;
    std::size_t test = 0;
    std::size_t families = 0;                      ///< 0 while not yet known.
    std::map<std::string, std::size_t> problems{}; ///< Pieces by problem name.
    std::optional<SplitSettings> split{};          ///< The split() in force; frame lists bring their parts without one.
    bool isComplete = false;                       ///< False while an import goes on or after one was broken off.
    std::string fingerprint{};
};

struct SplitReport
{
    std::size_t train = 0; ///< Pieces.
    std::size_t validation = 0;
    std::size_t test = 0;
    std::size_t unused = 0;
    std::size_t families = 0;
    /// Distinct passages of eight notes (kLeakPassage), in any key and tempo, that stand both in the training part and in
    /// another: turns of phrase that different tunes share, as families never stand on both sides.
    std::size_t leaks = 0;
};

/// A piece to learn from.
struct TrainingPiece
{
    std::int64_t id = 0;
    std::string path{};      ///< Readable, of its file.
    std::size_t ordinal = 0; ///< Its place within the file, from 0.
    std::string title{};     ///< As the file says, else the file's name.
    Score score{};
};

/// file.exists: a set of that name is in the way.
Error setExistsError(const std::filesystem::path& path);

/// A dataset file (*.continuo-dataset): one SQLite database with the original bytes, facts, families and split; its
/// form is in docs/dataset.md. One process at a time may hold it for writing; readers need no leave. Every change is a
/// transaction: a program that dies leaves the state before or after it. Not to be used from two threads at a time.
///
/// All functions may return dataset.damaged, dataset.busy (another program kept it locked for ten seconds, or for two
/// minutes when writing), dataset.disk-full, dataset.read-only and dataset.io-failed.
class Dataset
{
public:
    enum class Access
    {
        Read,
        Write
    };

    /// An empty set under a name that is not taken, marked incomplete until finishImport(). Errors: file.exists, those of
    /// open().
    static Result<Dataset> create(const std::filesystem::path& path);

    /// Errors: file.not-found, dataset.not-a-dataset, dataset.newer-version, dataset.foreign-schema, and for writing
    /// dataset.in-use (who holds it) and dataset.read-only.
    static Result<Dataset> open(const std::filesystem::path& path, Access access);

    Dataset(Dataset&& other) noexcept;
    Dataset& operator=(Dataset&& other) noexcept;
    ~Dataset();

    const std::filesystem::path& path() const;

    /// While it lives, everything read through the dataset is of one moment, whatever other programs change. It keeps them
    /// from storing, so it should not live long. It must not outlive the dataset, nor meet a change through it.
    class Snapshot
    {
    public:
        Snapshot(Snapshot&& other) noexcept;
        Snapshot& operator=(Snapshot&& other) noexcept;
        ~Snapshot();

    private:
        friend class Dataset;
        struct State;
        explicit Snapshot(std::unique_ptr<State> state);
        std::unique_ptr<State> m_state;
    };
    Result<Snapshot> snapshot() const;

    Result<DatasetInfo> info() const;

    /// SHA-256 over the recipe (none yet) and, in sorted order, the content hash, place and part of every piece. It is the
    /// same for the same music and split, whatever the files are called and however they were imported.
    Result<std::string> fingerprint() const;

    /// Every file or piece in the order of paths; ends early when `visit` returns false.
    Status forEachFile(const std::function<bool(const DatasetFile&)>& visit) const;
    Status forEachPiece(const std::function<bool(const DatasetPiece&)>& visit) const;

    /// Every file or piece stored after the one of this id, in the order they were stored, 0 for all; ends early as above.
    /// For whoever follows an import by another program.
    Status forEachFileAfter(std::int64_t file, const std::function<bool(const DatasetFile&)>& visit) const;
    Status forEachPieceAfter(std::int64_t piece, const std::function<bool(const DatasetPiece&)>& visit) const;

    /// The original bytes of a file. Errors: dataset.no-such-file.
    Result<std::vector<std::uint8_t>> bytesOf(std::int64_t file) const;

    /// Reads one piece again from its bytes. `which` is a piece's number, or the path of its file or the end of one
    /// ("jigs1.mid"), with "#2" behind for the second piece of a file. Errors: dataset.no-such-piece,
    /// dataset.ambiguous-piece.
    Result<TrainingPiece> piece(std::string_view which) const;

    /// The pieces of a part in the order of content, so that paths do not matter, read again from their bytes on
    /// `threads` threads. One transaction. Cancelling gives base.cancelled.
    Result<std::vector<TrainingPiece>> piecesOf(Part part, unsigned threads, const CancelToken& cancel) const;

    /// The same piece by piece, for sets that do not fit into memory; ends early when `visit` returns false. Without a
    /// part: of every piece, also of those that belong to none.
    Status forEachPieceOf(std::optional<Part> part, unsigned threads, const CancelToken& cancel,
                          const std::function<bool(TrainingPiece)>& visit) const;

    /// Divides the pieces by families and stores it, replacing any split before, one transaction. Errors: those of
    /// checkSplitSettings(), split.nothing-to-split.
    Result<SplitReport> split(const SplitSettings& settings);

    // For the import.

    /// What is already there: content hashes of all files.
    Result<std::vector<std::string>> contentHashes() const;
    /// Marks the set incomplete until finishImport().
    Status beginImport();
    /// One transaction.
    Status addFiles(std::span<const ImportedFile> files);
    /// Finds families and duplicates and marks the set complete, one transaction. A split() in force is taken back if
    /// pieces were added since, because the new ones may be relatives of pieces on both sides; returns whether it was.
    Result<bool> finishImport();
    /// As finishImport(), but the set stays marked incomplete: what is there after a cancel is usable.
    Result<bool> breakOffImport();

private:
    struct State;
    explicit Dataset(std::unique_ptr<State> state);
    Result<bool> endImport(bool isComplete);
    std::unique_ptr<State> m_state;
};

} // namespace continuo
