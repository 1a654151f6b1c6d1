// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/import.h"

#include "core/base/file.h"
#include "core/base/parallel.h"
#include "core/base/sha256.h"
#include "core/dataset/collect.h"
#include "core/dataset/problem_places.h"
#include "core/storage/writer_lock.h"
#include "core/music/melody.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <future>
#include <new>
#include <unistd.h>
#include <unordered_map>
#include <utility>

namespace continuo {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// One batch is read while another is stored.
constexpr std::size_t kBatchFiles = 250;
constexpr std::uint64_t kBatchBytes = std::uint64_t{16} << 20;
constexpr std::chrono::seconds kBatchTime{2};

double secondsSince(Clock::time_point start)
{
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// What the set says of a content it has, or of a file that never could be read.
using KnownFiles = std::unordered_map<std::string, DatasetFile>;

std::string knownAs(const DatasetFile& file)
{
    return file.sha256.empty() ? "path " + file.path : file.sha256;
}

struct ReadSource
{
    ImportedFile imported{};
    bool isKnown = false;
};

void addPieces(MusicFile music, ImportedFile& imported)
{
    const ProblemMask problems = problemsOf(music.remarks);
    for (MusicPiece& piece : music.pieces) {
        ImportedFile::Piece stored;
        stored.facts = factsOf(piece);
        stored.problems = problemsOf(piece, stored.facts) | problems;
        stored.melody = melodyPrint(melodyOf(piece.score));
        stored.part = piece.part;
        imported.pieces.push_back(std::move(stored));
        piece.score = {};
    }
}

void reject(ImportedFile& imported, const Error& reason)
{
    imported.file.status = FileStatus::Rejected;
    imported.file.reason = reason;
    imported.file.reason->kind = ErrorKind::Refused;
    imported.pieces.clear();
}

ReadSource readSource(const Source& source, const KnownFiles& known)
{
    ReadSource read;
    ImportedFile& imported = read.imported;
    imported.file.path = source.path;
    imported.file.size = source.size;
    const std::string name = readablePath(source.path);
    try {
        Result<std::vector<std::uint8_t>> bytes = sourceBytes(source, kLargestMusicFile);
        if (bytes) {
            imported.bytes = std::move(bytes).value();
            imported.file.size = imported.bytes.size();
            imported.file.sha256 = sha256Hex(imported.bytes);
        }
        if (const auto found = known.find(knownAs(imported.file)); found != known.end()) {
            imported.file = found->second;
            imported.file.path = source.path;
            read.isKnown = true;
            return read;
        }
        if (!bytes) {
            reject(imported, bytes.error());
            return read;
        }
        Result<MusicFile> music = readMusicFile(imported.bytes, name);
        if (!music) {
            if (const auto format = musicFormatByName(source.path))
                imported.file.format = musicFormatName(*format);
            reject(imported, music.error());
            return read;
        }
        imported.file.format = musicFormatName(music->format);
        imported.file.remarks = music->remarks;
        imported.file.status = imported.file.remarks.empty() ? FileStatus::Accepted : FileStatus::AcceptedWithNotes;
        addPieces(std::move(music).value(), imported);
    } catch (const std::bad_alloc&) {
        imported.bytes = {};
        imported.file.sha256.clear();
        reject(imported, {ErrorKind::Refused,
                          "import.out-of-memory",
                          fmt::format("\"{}\" needs more memory than there is.", name),
                          {{"file", name}}});
    }
    return read;
}

/// Makes a rename last through a power cut.
void syncFolderOf(const fs::path& path)
{
    const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
    const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0)
        return;
    ::fsync(descriptor);
    ::close(descriptor);
}

void removeSet(const fs::path& path)
{
    std::error_code ignored;
    for (const char* suffix : {"", "-journal", ".new", ".new-journal"}) {
        fs::path file = path;
        fs::remove(file += suffix, ignored);
    }
}

/// The set being filled: under its own name, or beside the one it is going to replace.
class Target
{
public:
    static Result<Target> prepare(const ImportOptions& options)
    {
        Target target;
        target.m_final = options.set;
        std::error_code failed;
        const bool exists = fs::exists(options.set, failed);
        if (options.existing == ImportOptions::Existing::Add) {
            Result<Dataset> dataset = Dataset::open(options.set, Dataset::Access::Write);
            if (!dataset)
                return dataset.error();
            target.m_dataset = std::move(dataset).value();
            return target;
        }
        fs::path filled = options.set;
        if (exists && options.existing == ImportOptions::Existing::Replace) {
            if (fs::is_directory(options.set, failed))
                return fileError(EISDIR, options.set, "write");
            Result<WriterLock> lock = WriterLock::take(options.set, "dataset");
            if (!lock)
                return lock.error();
            target.m_lock = std::move(lock).value();
            filled += ".importing";
            removeSet(filled);
        }
        Result<Dataset> dataset = Dataset::create(filled);
        if (!dataset)
            return dataset.error();
        target.m_dataset = std::move(dataset).value();
        target.m_isNew = true;
        return target;
    }

    Dataset& dataset() { return *m_dataset; }
    bool isNew() const { return m_isNew; }
    bool isReplacing() const { return m_dataset->path() != m_final; }

    void discard()
    {
        const fs::path filled = m_dataset->path();
        m_dataset.reset();
        removeSet(filled);
    }

    /// Gives a replacement the name of what it replaces.
    Status publish()
    {
        if (!isReplacing())
            return ok();
        const fs::path filled = m_dataset->path();
        m_dataset.reset();
        std::error_code failed;
        fs::path journal = m_final;
        fs::remove(journal += "-journal", failed); // It belongs to the old set and would be played back into the new.
        fs::rename(filled, m_final, failed);
        if (failed) {
            removeSet(filled);
            return fileError(failed.value(), m_final, "write");
        }
        syncFolderOf(m_final);
        return ok();
    }

private:
    fs::path m_final;
    std::optional<WriterLock> m_lock;
    std::optional<Dataset> m_dataset;
    bool m_isNew = false;
};

/// Takes what was read in the order of paths, counts it and stores it in batches.
class Intake
{
public:
    Intake(Dataset& dataset, std::size_t found, Clock::time_point start, const ImportObserver& observer)
        : m_dataset(dataset)
        , m_observer(observer)
        , m_start(start)
    {
        m_progress.found = found;
        m_progress.isSearching = false;
        m_report.found = found;
    }

    bool take(ReadSource read)
    {
        const DatasetFile& file = read.imported.file;
        count(file, read.isKnown);
        m_report.files.push_back({file.path, file.status, file.reason, file.remarks, read.isKnown});
        ++m_progress.done;
        m_progress.rejected = m_report.rejected;
        m_progress.bytes += file.size;
        if (!read.isKnown) {
            m_batchBytes += read.imported.bytes.size();
            m_batch.push_back(std::move(read.imported));
        }
        const bool isFull = m_batch.size() >= kBatchFiles || m_batchBytes >= kBatchBytes;
        if ((isFull || Clock::now() - m_stored >= kBatchTime) && !handOver())
            return false;
        if (m_observer) {
            m_progress.seconds = secondsSince(m_start);
            m_observer(m_progress);
        }
        return true;
    }

    /// Stores what is left, and waits for it. False after an error, which error() has.
    bool store() { return handOver() && finishStoring(); }

    std::size_t storedFiles() const { return m_storedFiles; }
    const std::optional<Error>& error() const { return m_error; }
    ImportReport& report() { return m_report; }

private:
    /// A thread of its own stores the batch while the next one is read; one at a time.
    bool handOver()
    {
        if (!finishStoring())
            return false;
        m_storing = std::async(std::launch::async, [this, batch = std::exchange(m_batch, {})] {
            return m_dataset.addFiles(batch);
        });
        m_filesWithStoring = m_report.files.size();
        m_batchBytes = 0;
        m_stored = Clock::now();
        return true;
    }

    bool finishStoring()
    {
        if (!m_storing.valid())
            return !m_error;
        if (const Status stored = m_storing.get(); !stored)
            m_error = stored.error();
        else
            m_storedFiles = m_filesWithStoring;
        return !m_error;
    }

    void count(const DatasetFile& file, bool isKnown)
    {
        if (isKnown)
            ++m_report.known;
        switch (file.status) {
        case FileStatus::Accepted:
            ++m_report.accepted;
            break;
        case FileStatus::AcceptedWithNotes:
            ++m_report.acceptedWithNotes;
            break;
        case FileStatus::Rejected:
            ++m_report.rejected;
            ++m_report.reasons[file.reason ? file.reason->id : std::string("unknown")];
        }
    }

    Dataset& m_dataset;
    const ImportObserver& m_observer;
    Clock::time_point m_start;
    Clock::time_point m_stored = Clock::now();
    ImportReport m_report;
    ImportProgress m_progress;
    std::vector<ImportedFile> m_batch;
    std::uint64_t m_batchBytes = 0;
    std::size_t m_storedFiles = 0;
    std::size_t m_filesWithStoring = 0; ///< m_storedFiles once what is being stored is there.
    std::optional<Error> m_error;
    std::future<Status> m_storing; ///< Last, as it is waited for before the rest goes.
};

/// Whether the set can be made or added to at all, without touching it.
Status checkSet(const ImportOptions& options)
{
    std::error_code failed;
    if (options.existing == ImportOptions::Existing::Add) {
        const Result<Dataset> dataset = Dataset::open(options.set, Dataset::Access::Read);
        return dataset ? ok() : Status(dataset.error());
    }
    if (options.existing == ImportOptions::Existing::Refuse && fs::exists(fs::symlink_status(options.set, failed)))
        return setExistsError(options.set);
    return ok();
}

/// An error while storing, with what became of the files before it.
Error withWhatIsKept(Error error, Target& target, std::size_t storedFiles)
{
    const std::string name = readablePath(target.dataset().path());
    if (target.isNew() && (target.isReplacing() || storedFiles == 0)) {
        target.discard();
        return error;
    }
    error.text += fmt::format(" The {} files stored before it are kept in \"{}\", which is marked incomplete; import again "
                              "with --add to go on.",
                              storedFiles, name);
    return error;
}

} // namespace

Result<ImportReport> importMusic(const ImportOptions& options, const CancelToken& cancel, const ImportObserver& observer)
{
    const Clock::time_point start = Clock::now();
    if (const Status possible = checkSet(options); !possible)
        return possible.error(); // Before the search, which may take long.
    Result<Collection> collected = collectMusic(options.inputs, cancel, [&](std::size_t found) {
        if (observer)
            observer({found, true, 0, 0, 0, secondsSince(start)});
    });
    if (!collected)
        return collected.error();
    std::vector<Source>& sources = collected->sources;

    Result<Target> prepared = Target::prepare(options);
    if (!prepared)
        return prepared.error();
    Target& target = prepared.value();
    KnownFiles known;
    if (!target.isNew()) {
        const Status listed = target.dataset().forEachFile([&](const DatasetFile& file) {
            known.emplace(knownAs(file), file);
            return true;
        });
        if (!listed)
            return listed.error();
        if (const Status begun = target.dataset().beginImport(); !begun)
            return begun.error();
    }

    Intake intake(target.dataset(), sources.size(), start, observer);
    const unsigned threads = options.threads ? options.threads : usableThreads();
    parallelOrdered<ReadSource>(
        sources.size(), threads, std::size_t{4} * threads, cancel,
        [&](std::size_t i) { return readSource(sources[i], known); },
        [&](std::size_t i, ReadSource read) {
            sources[i].archive.reset(); // The last member of an archive closes it.
            return intake.take(std::move(read));
        });
    if (intake.error() || !intake.store())
        return withWhatIsKept(*intake.error(), target, intake.storedFiles());

    ImportReport report = std::move(intake.report());
    report.ignored = collected->ignored;
    report.unreadable = std::move(collected->unreadable);
    report.isCancelled = report.files.size() < sources.size();
    const bool hasMusic = report.accepted + report.acceptedWithNotes > 0;
    if (target.isNew() && (!hasMusic || (report.isCancelled && target.isReplacing()))) {
        target.discard();
        report.isSetKept = false;
        report.seconds = secondsSince(start);
        return report;
    }

    Result<bool> ended = report.isCancelled ? target.dataset().breakOffImport() : target.dataset().finishImport();
    if (!ended)
        return withWhatIsKept(ended.error(), target, intake.storedFiles());
    report.isSplitGone = *ended;
    Result<std::string> fingerprint = target.dataset().fingerprint();
    if (!fingerprint)
        return fingerprint.error();
    report.fingerprint = std::move(fingerprint).value();
    if (const Status published = target.publish(); !published)
        return published.error();
    report.seconds = secondsSince(start);
    return report;
}

} // namespace continuo
