// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/encode/grid.h"
#include "core/midi/read_midi.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

using namespace continuo;

/// Real files, among them hostile ones: all are encoded or refused with a reason, and what is encoded holds together.
class TestGridCorpus : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyFileIsEncodedOrRefused()
    {
        const QByteArray data = qgetenv("CONTINUO_SHARED_DATA");
        if (data.isEmpty())
            QSKIP("CONTINUO_SHARED_DATA names no folder of real music");
        const auto encoding = makeEncoding("grid", "{}").value();
        const auto inPlace = makeEncoding("grid", R"({"transpose": false})").value();
        std::size_t encoded = 0;
        std::size_t tokens = 0;
        std::map<std::string, std::size_t> refused;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(data.toStdString())) {
            if (!entry.is_regular_file() || entry.path().extension() != ".mid" || entry.file_size() > 200'000)
                continue;
            const auto reading = readMidiFile(entry.path());
            if (!reading)
                continue;
            const Score& score = reading->score;
            const auto piece = encoding->encode(score, {});
            if (!piece) {
                QVERIFY(piece.error().id.starts_with("encode."));
                ++refused[piece.error().id];
                continue;
            }
            const std::string name = entry.path().string();
            ++encoded;
            tokens += piece->tokens.size();
            QVERIFY2(piece->end > piece->origin, name.c_str());
            QVERIFY2(encoding->vocabulary().symbol(piece->tokens.front()).kind == SymbolKind::Pitch, name.c_str());
            // As the model plays it, it reads it.
            DecodeOptions options;
            options.ticksPerQuarter = 480;
            Score played;
            played.ticksPerQuarter = 480;
            Track& track = played.addTrack();
            for (Note note : encoding->decode(piece->tokens, options)) {
                note.id = played.nextId++;
                track.notes.push_back(note);
            }
            const auto again = inPlace->encode(played, {});
            QVERIFY2(again && again->tokens == piece->tokens, name.c_str());
            QVERIFY2(again->report.items.empty(), name.c_str());
        }
        qInfo("%zu pieces, %zu symbols", encoded, tokens);
        for (const auto& [id, count] : refused)
            qInfo("%zu refused: %s", count, id.c_str());
        QVERIFY(encoded > 0);
    }
};

QTEST_APPLESS_MAIN(TestGridCorpus)
#include "tst_grid_corpus.moc"
