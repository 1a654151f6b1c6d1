// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/encode/event.h"
#include "core/midi/read_midi.h"
#include "tests/core/encode/event_tokens.h"

#include <QTest>

#include <filesystem>
#include <map>
#include <string>
#include <tuple>
#include <vector>

using namespace continuo;

namespace {

using Said = std::tuple<std::int64_t, int, int, std::int64_t>; // start, drum or not, key, length

/// Every different note of the score, in quarters · 48 where they stand on that grid.
std::map<Said, std::size_t> notesOf(const Score& score, Tick origin)
{
    std::map<Said, std::size_t> notes;
    for (const Note& note : allNotes(score)) {
        const auto units = [&](Tick time) {
            return (2 * time.value * 48 + score.ticksPerQuarter) / (2 * score.ticksPerQuarter);
        };
        ++notes[{units(note.start - origin), note.channel == kDrumChannel ? 1 : 0, note.pitch.value,
                 units(note.length)}];
    }
    return notes;
}

} // namespace

/// Real files: what is written keeps to the grammar, says the music, and comes back as it is.
class TestEventEncodingCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFileComesBack_data()
    {
        QTest::addColumn<QByteArray>("folder");
        QTest::addColumn<double>("kept"); // share of the notes that lose neither start nor length
        QTest::newRow("four voices") << QByteArray("js-fakes") << 0.98;
        QTest::newRow("engraved scores") << QByteArray("mutopia") << 0.92;
        QTest::newRow("piano with the tempo of a performance")
            << QByteArray("piano-midi-de") << 0.78;
    }

    void everyFileComesBack()
    {
        QFETCH(QByteArray, folder);
        QFETCH(double, kept);
        const QByteArray data = qgetenv("CONTINUO_SHARED_DATA");
        if (data.isEmpty())
            QSKIP("CONTINUO_SHARED_DATA names no folder of real music");
        const EventEncoding encoding{EventOptions{}};
        std::map<std::string, std::size_t> lost;
        std::size_t pieces = 0;
        std::size_t notes = 0;
        std::size_t tokens = 0;
        std::size_t same = 0;
        std::size_t voices = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(
                 data.toStdString() + "/" + folder.toStdString())) {
            if (!entry.is_regular_file() || entry.path().extension() != ".mid")
                continue;
            const auto reading = readMidiFile(entry.path());
            if (!reading || !reading->score.hasNotes() || reading->score.smpte)
                continue;
            const std::string name = entry.path().string();
            const Score& score = reading->score;
            const auto piece = encoding.encode(score, {});
            QVERIFY2(piece, name.c_str());
            ++pieces;
            notes += score.noteCount();
            tokens += piece->tokens.size();
            voices += piece->voices.size();
            for (const LossReport::Item& item : piece->report.items)
                lost[item.id] += item.count;

            // Every symbol may follow those before it; meters are free where they change.
            const auto reader = encoding.reader({}, {});
            std::size_t told = 0;
            for (const Token token : piece->tokens) {
                const EventType type = encoding.symbols().type(token);
                if (type != EventType::Meter && type != EventType::End && told % 7 == 0)
                    QVERIFY2(reader->mayFollow()[static_cast<std::size_t>(token)] == 1,
                             name.c_str());
                told += reader->read(token).size();
            }

            // As a score it is written the same again, and nothing more is lost.
            const Score played = scoreOfEvents(encoding, piece->tokens);
            QCOMPARE(played.noteCount(), told);
            const auto again = encoding.encode(played, {});
            QVERIFY2(again && again->tokens == piece->tokens, name.c_str());
            QVERIFY2(again->report.items.empty(), name.c_str());

            // And what stood on the grid is what was written.
            const auto written = notesOf(score, piece->origin);
            for (const auto& [note, count] : notesOf(played, {}))
                same += written.contains(note) ? count : 0;
        }
        qInfo("%zu pieces, %zu notes, %zu instruments, %zu symbols; %zu notes exactly as written",
              pieces, notes, voices, tokens, same);
        for (const auto& [id, count] : lost)
            qInfo("%zu %s", count, id.c_str());
        QVERIFY(pieces > 0);
        QVERIFY(static_cast<double>(same) >= kept * static_cast<double>(notes));
    }
};

QTEST_APPLESS_MAIN(TestEventEncodingCorpus)
#include "tst_event_encoding_corpus.moc"
