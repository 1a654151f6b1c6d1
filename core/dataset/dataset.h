// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel_token.h"
#include "core/base/result.h"
#include "core/dataset/clean.h"
#include "core/dataset/facts.h"
#include "core/dataset/family.h"
#include "core/dataset/music_file.h"
#include "core/dataset/problem_places.h"
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
    std::string sha256{};            ///< Of its file.
    bool isInUse = true;             ///< False where the recipe leaves it out; it is then in no part that is read.
    std::string whyLeftOut{};        ///< As in CleanedPiece; empty while in use.
    std::string whyLeftOutText{};
    std::vector<AppliedStep> changes{}; ///< What the recipe changes.
    std::size_t sections = 1;        ///< Pieces it becomes; several where a step splits it, 0 where not in use.
    std::vector<std::string> tags{};
    std::string note{};

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
    std::size_t inUse = 0;   ///< Pieces the recipe does not leave out.
    std::size_t changed = 0; ///< Of these, those it changes.
    std::size_t train = 0;   ///< Of those in use, as are the next two.
    std::size_t validation = 0;
    std::size_t test = 0;
    std::size_t families = 0;                      ///< 0 while not yet known.
    std::map<std::string, std::size_t> problems{}; ///< Pieces by problem name.
    std::optional<SplitSettings> split{};          ///< The split() in force; frame lists bring their parts without one.
    bool isComplete = false;                       ///< False while an import goes on or after one was broken off.
    std::size_t recipeSteps = 0; ///< Of the stored recipe.
    std::string fingerprint{};
};

/// What a recipe did to a set, or would do.
struct CleanReport
{
    struct Operation
    {
        std::string name{};
        std::size_t pieces = 0; ///< Pieces it changed or left out.
        std::size_t notes = 0;  ///< Notes it changed or removed.
        friend bool operator==(const Operation&, const Operation&) = default;
    };
    std::size_t pieces = 0;
    std::size_t changed = 0; ///< In use and changed.
    std::size_t dropped = 0; ///< Not in use.
    std::size_t sections = 0; ///< Pieces to learn from, splits counted.
    std::size_t stale = 0;   ///< Edits by hand that were not applied, see AppliedStep::isStale.
    /// In use again, but in no part, where the set's split leaves none out: they were left out when it was made. 0 in a preview.
    std::size_t inNoPart = 0;
    std::vector<Operation> operations{}; ///< Of the steps that are on, in the order of their first step.

    friend bool operator==(const CleanReport&, const CleanReport&) = default;
};

struct CleanProgress
{
    std::size_t done = 0;
    std::size_t total = 0; ///< Pieces times the passes over the set that the recipe needs.
    double seconds = 0;
};
/// Called on the cleaning thread.
using CleanObserver = std::function<void(const CleanProgress&)>;

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

/// A passage that a held-out piece shares with a training piece, transposed or in another tempo or not.
struct Leak
{
    struct Place
    {
        std::int64_t piece = 0;
        std::string path{};      ///< Readable, of its file.
        std::size_t ordinal = 0; ///< Its place within the file, from 0.
        std::string title{};     ///< As the file says; may be empty.
        std::int64_t bar = 0;    ///< Where it begins, from 1; 0 where that cannot be told (SMPTE time).
    };

    Place heldOut{};
    Part part = Part::Test; ///< Of the held-out piece.
    Place training{};
    std::size_t notes = 0; ///< How long it is: kLeakPassage.notes or more.
};

/// The most leaks worth asking for by name.
inline constexpr std::size_t kMostLeaks = 100'000;

struct LeakReport
{
    std::size_t passages = 0; ///< As SplitReport::leaks.
    std::size_t pieces = 0;   ///< Held-out pieces that have one.
    std::size_t places = 0;   ///< Places in held-out pieces, passages as long as they go; of those of the same two pieces
                              ///< that overlap by half the longest alone. `leaks` may stop before.
    std::vector<Leak> leaks{}; ///< The longest first, then in the order of paths.
};

/// A piece to learn from.
struct TrainingPiece
{
    std::int64_t id = 0;
    std::string path{};      ///< Readable, of its file.
    std::size_t ordinal = 0; ///< Its place within the file, from 0.
    std::string title{};     ///< As the file says, else the file's name.
    Score score{};
    std::size_t section = 0; ///< Which of the pieces that the recipe made of it, from 0.
};

/// A piece and where its problems are.
struct PieceProblems
{
    DatasetPiece piece{};
    std::vector<ProblemPlace> places{};
};

/// A piece before and after a recipe.
struct PieceVersions
{
    TrainingPiece asRead{};
    CleanedPiece cleaned{};
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

    /// SHA-256 over the recipe and, in sorted order, the content hash, place and part of every piece, and which steps
    /// change it or that it is left out. It is the same for the same music, recipe and split, whatever the files are
    /// called and however they were imported.
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

    /// Reads one piece again from its bytes, after the recipe; of a piece that it splits, the first section. `which` is a
    /// piece's number, or the path of its file or the end of one ("jigs1.mid"), with "#2" behind for the second piece of
    /// a file. Errors: dataset.no-such-piece, dataset.ambiguous-piece, dataset.piece-left-out.
    Result<TrainingPiece> piece(std::string_view which) const;

    /// The same piece as read and after the stored recipe, in use or not. Errors: as piece(), but for the last.
    Result<PieceVersions> pieceVersions(std::string_view which) const;
    /// The same after another recipe, for a preview. Where a step goes by counts over the whole set they are made first,
    /// which takes as long as previewClean(), and kept for the next call. Errors besides: those of checkRecipe(),
    /// base.cancelled.
    Result<PieceVersions> cleanOne(const Recipe& recipe, std::string_view which, unsigned threads,
                                   const CancelToken& cancel) const;

    /// The same after each of several recipes, of one reading.
    Result<std::vector<PieceVersions>> cleanOne(std::span<const Recipe> recipes, std::string_view which, unsigned threads,
                                                const CancelToken& cancel) const;

    /// What is known of one piece, with the bars its problems stand in. `which` and errors: as pieceVersions().
    Result<PieceProblems> problemsOfPiece(std::string_view which) const;

    /// The pieces of a part in the order of content, so that paths do not matter, read again from their bytes and cleaned
    /// by the recipe on `threads` threads; those it leaves out are not given, those it splits give several. One
    /// transaction. Cancelling gives base.cancelled.
    Result<std::vector<TrainingPiece>> piecesOf(Part part, unsigned threads, const CancelToken& cancel) const;

    /// The same piece by piece, for sets that do not fit into memory; ends early when `visit` returns false. Without a
    /// part: of every piece, also of those that belong to none.
    Status forEachPieceOf(std::optional<Part> part, unsigned threads, const CancelToken& cancel,
                          const std::function<bool(TrainingPiece)>& visit) const;

    /// Divides the pieces by families and stores it, replacing any split before, one transaction. Errors: those of
    /// checkSplitSettings(), split.nothing-to-split.
    Result<SplitReport> split(const SplitSettings& settings);

    /// The passages that training pieces share with held-out ones, by name, at most `limit` of them. Melodies are compared
    /// as they were read, before any recipe. Cancelling gives base.cancelled.
    Result<LeakReport> leaks(std::size_t limit, const CancelToken& cancel) const;

    /// The stored recipe; without steps where there is none.
    Result<Recipe> recipe() const;

    /// Applies a recipe to every piece as read and stores it with what it does in place of the one before, one
    /// transaction; the original bytes stay. A recipe without steps takes all changes back. The report and what is stored
    /// do not depend on `threads`. Facts of a set that an earlier version of the program made are brought up to date.
    /// Errors: those of checkRecipe(), base.cancelled.
    Result<CleanReport> clean(const Recipe& recipe, unsigned threads, const CancelToken& cancel,
                              const CleanObserver& observer = {});
    /// The same report without storing anything.
    Result<CleanReport> previewClean(const Recipe& recipe, unsigned threads, const CancelToken& cancel,
                                     const CleanObserver& observer = {}) const;

    /// Writes the set as it is now under another name, which must not be taken. Errors: file.exists.
    Status copyTo(const std::filesystem::path& path) const;

    // For the import.

    /// What is already there: content hashes of all files.
    Result<std::vector<std::string>> contentHashes() const;
    /// Marks the set incomplete until finishImport().
    Status beginImport();
    /// One transaction.
    Status addFiles(std::span<const ImportedFile> files);
    /// Finds families and duplicates, cleans anew by the stored recipe if pieces were added, and marks the set complete, one
    /// transaction. A split() in force is taken back if pieces were added since, because the new ones may be relatives of
    /// pieces on both sides; returns whether it was.
    Result<bool> finishImport();
    /// As finishImport(), but the set stays marked incomplete: what is there after a cancel is usable.
    Result<bool> breakOffImport();

    /// Private to core/dataset.
    struct State;

private:
    explicit Dataset(std::unique_ptr<State> state);
    Result<bool> endImport(bool isComplete);
    std::unique_ptr<State> m_state;
};

} // namespace continuo
