// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/base/file.h"
#include "core/encode/abc.h"
#include "core/midi/read_midi.h"

#include <QTest>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

using namespace continuo;

namespace {

/// Notes as a score of their own, in 960 ticks a quarter, with the bars of the piece they come
/// from.
Score played(const AbcEncoding& encoding, const EncodedPiece& piece)
{
    const std::string text = "X:1\nL:1/8\n" + encoding.textOf(piece.tokens);
    Score score = readAbc(text, "played").value().front().score;
    Track& track = score.tracks[0];
    track.notes = encoding.decode(piece.tokens, {});
    for (Note& note : track.notes)
        note.id = score.nextId++;
    return score;
}

std::string shown(const Note& note)
{
    return pitchName(note.pitch) + "@" + std::to_string(note.start.value) + "+" +
           std::to_string(note.length.value);
}

struct Counts
{
    std::size_t pieces = 0;
    std::size_t symbols = 0;
    std::size_t clean = 0; ///< Texts that core/abc reads without a remark.
    std::map<std::string, std::size_t> refused{};
};

/// Empty where all is well.
std::string problemWith(const AbcEncoding& encoding, const Score& score, Counts& counts)
{
    const auto piece = encoding.encode(score, {});
    if (!piece) {
        ++counts.refused[piece.error().id];
        return piece.error().id.starts_with("encode.") ? "" : piece.error().id;
    }
    ++counts.pieces;
    counts.symbols += piece->tokens.size();
    const std::string text = encoding.textOf(piece->tokens);
    // The text is a tune to core/abc as a whole, bar lines, ties and all, and says the same notes.
    const AbcTune tune = readAbc("X:1\nL:1/8\n" + text, "text").value().front();
    counts.clean += tune.remarks.empty() ? 1 : 0;
    const std::vector<Note> decoded = encoding.decode(piece->tokens, {});
    const std::vector<Note>& read = tune.score.tracks[0].notes;
    for (std::size_t i = 0; i < std::max(decoded.size(), read.size()); ++i) {
        if (i >= decoded.size() || i >= read.size() || decoded[i].start != read[i].start ||
            decoded[i].length != read[i].length || decoded[i].pitch != read[i].pitch)
            return "note " + std::to_string(i) + " of " + std::to_string(read.size()) + " is " +
                   (i < decoded.size() ? shown(decoded[i]) : "missing") + " instead of " +
                   (i < read.size() ? shown(read[i]) : "none") + ": " + text;
    }
    // As a model plays it, it reads it.
    const auto again = encoding.encode(played(encoding, *piece), {});
    if (!again)
        return again.error().id;
    if (again->tokens != piece->tokens)
        return "other text: " + text + "\n" + encoding.textOf(again->tokens);
    return {};
}

} // namespace

/// Real tunes and files, among them hostile ones: all are encoded or refused with a reason, and
/// what is encoded is ABC.
class TestAbcEncodingCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTuneAndFileIsEncodedOrRefused()
    {
        const QByteArray data = qgetenv("CONTINUO_SHARED_DATA");
        if (data.isEmpty())
            QSKIP("CONTINUO_SHARED_DATA names no folder of real music");
        const AbcEncoding encoding(AbcOptions{});
        Counts tunes;
        Counts files;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(data.toStdString())) {
            if (!entry.is_regular_file() || entry.file_size() > 200'000)
                continue;
            const std::string name = entry.path().string();
            if (entry.path().extension() == ".mid") {
                const auto reading = readMidiFile(entry.path());
                if (reading) {
                    const std::string problem = problemWith(encoding, reading->score, files);
                    QVERIFY2(problem.empty(), (name + ": " + problem).c_str());
                }
            } else if (entry.path().extension() == ".abc") {
                const auto text = readTextFile(entry.path(), 1 << 20);
                const auto read =
                    text ? readAbc(*text, name) : Result<std::vector<AbcTune>>(text.error());
                if (!read)
                    continue;
                for (std::size_t i = 0; i < read->size(); i += 7) {
                    const std::string problem = problemWith(encoding, (*read)[i].score, tunes);
                    QVERIFY2(problem.empty(),
                             (name + ": " + (*read)[i].title + ": " + problem).c_str());
                }
            }
        }
        for (const Counts* counts : {&tunes, &files}) {
            qInfo("%zu pieces, %zu symbols, %zu texts without a remark", counts->pieces,
                  counts->symbols, counts->clean);
            for (const auto& [id, count] : counts->refused)
                qInfo("%zu refused: %s", count, id.c_str());
            QVERIFY(counts->pieces > 0);
        }
    }
};

QTEST_APPLESS_MAIN(TestAbcEncodingCorpus)
#include "tst_abc_encoding_corpus.moc"
