// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/midi/read_midi.h"
#include "tests/core/edit/edit_check.h"
#include "ui/compose/seed_melody.h"

using namespace continuo;
using namespace continuo::ui;

namespace {

QString idOf(const Result<SeedMelody>& melody)
{
    return melody ? QString() : QString::fromStdString(melody.error().id);
}

/// What an engine reads from the file, track by track.
QString readBack(const Score& score, const SeedMelody& melody)
{
    const auto bytes = seedFile(score, melody);
    if (!bytes)
        return QString::fromStdString(bytes.error().id);
    const auto reading = readMidi(*bytes, "test");
    if (!reading)
        return QString::fromStdString(reading.error().id);
    QStringList tracks;
    for (const Track& track : reading->score.tracks)
        tracks << notesText(track.notes);
    return QStringLiteral("%1: %2")
        .arg(reading->score.ticksPerQuarter)
        .arg(tracks.join(QStringLiteral(" | ")));
}

} // namespace

class TestSeedMelody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsRead_data()
    {
        QTest::addColumn<QString>("music");
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("playhead");
        QTest::addColumn<QList<int>>("selection");
        QTest::addColumn<QString>("notes");
        QTest::addColumn<int>("start");
        const auto row = [](const char* name, const char* music, StartFrom from, int playhead,
                            const QList<int>& selection, const char* notes, int start) {
            QTest::newRow(name) << QString::fromLatin1(music) << static_cast<int>(from) << playhead
                                << selection << QString::fromLatin1(notes) << start;
        };
        row("to the end", "CDz", StartFrom::End, 0, {}, "C4@0+960 D4@960+960", 1920);
        row("before the playhead", "CDE", StartFrom::Playhead, 1920, {}, "C4@0+960 D4@960+960",
            1920);
        row("cut at the playhead", "C4", StartFrom::Playhead, 960, {}, "C4@0+960", 960);
        row("a rest before the playhead", "Czz", StartFrom::Playhead, 2880, {}, "C4@0+960", 960);
        row("the selection alone", "CDE", StartFrom::Selection, 0, {1}, "D4@960+960", 1920);
    }

    void whatIsRead()
    {
        QFETCH(const QString, music);
        QFETCH(const int, from);
        QFETCH(const int, playhead);
        QFETCH(const QList<int>, selection);
        QFETCH(const QString, notes);
        QFETCH(const int, start);
        const Score score = scoreOf(music);
        const std::vector<NoteId> chosen =
            selection.isEmpty() ? std::vector<NoteId>{} : idsOf(score, selection);
        const auto melody = seedMelody(score, score.tracks.front().id, static_cast<StartFrom>(from),
                                       {playhead}, chosen);
        QVERIFY(static_cast<bool>(melody));
        QCOMPARE(notesText(melody->notes), notes);
        QCOMPARE(melody->start.value, start);
        QCOMPARE(readBack(score, *melody), QStringLiteral("960: ") + notes);
    }

    void whyNothingIsRead()
    {
        const Score score = scoreOf(QStringLiteral("CDE"));
        const TrackId track = score.tracks.front().id;
        QCOMPARE(idOf(seedMelody(score, track, StartFrom::Playhead, {0}, {})),
                 QStringLiteral("compose.nothing-before"));
        QCOMPARE(idOf(seedMelody(score, track, StartFrom::Selection, {0}, {})),
                 QStringLiteral("compose.nothing-selected"));
        QCOMPARE(idOf(seedMelody({}, 0, StartFrom::End, {0}, {})),
                 QStringLiteral("compose.empty-seed"));
        Score drums = score;
        for (Note& note : drums.tracks.front().notes)
            note.channel = kDrumChannel;
        QCOMPARE(idOf(seedMelody(drums, track, StartFrom::End, {0}, {})),
                 QStringLiteral("compose.empty-seed"));
        Score film = score;
        film.smpte = SmpteDivision{};
        QCOMPARE(idOf(seedMelody(film, track, StartFrom::End, {0}, {})),
                 QStringLiteral("compose.film-time"));
    }

    void theActiveTrackGoesFirst()
    {
        Score score = scoreOf(QStringLiteral("CDE"));
        const TrackId second = score.addTrack().id;
        const auto others = seedMelody(score, second, StartFrom::End, {}, {});
        QCOMPARE(others->track, TrackId{0});
        QCOMPARE(notesText(others->notes), QStringLiteral("C4@0+960 D4@960+960 E4@1920+960"));
        score.addNote(second, {.start = {0}, .length = {480}, .pitch = {50}});
        const auto own = seedMelody(score, second, StartFrom::End, {}, {});
        QCOMPARE(own->track, second);
        QCOMPARE(readBack(score, *own), QStringLiteral("960:  | D3@0+480"));
    }

    void severalLinesAreNoticed()
    {
        const Score chords = scoreOf(QStringLiteral("[CE]D"));
        QVERIFY(seedMelody(chords, chords.tracks.front().id, StartFrom::End, {}, {})->isPolyphonic);
        const Score line = scoreOf(QStringLiteral("CED"));
        QVERIFY(!seedMelody(line, line.tracks.front().id, StartFrom::End, {}, {})->isPolyphonic);
    }

    /// However long the score, the request fits into a line of the protocol.
    void aVeryLongMelodyIsCutAtItsBeginning()
    {
        Score score;
        const TrackId track = score.addTrack().id;
        for (int i = 0; i < 100'000; ++i)
            score.tracks.front().notes.push_back(
                {.start = {i * 240}, .length = {240}, .id = score.nextId++, .pitch = {60}});
        const auto melody = seedMelody(score, track, StartFrom::End, {}, {});
        const auto bytes = seedFile(score, *melody);
        QVERIFY(bytes->size() < 200'000);
        const auto reading = readMidi(*bytes, "test");
        QCOMPARE(reading->score.tracks.front().notes.back().end().value, 24'000'000);
    }

    void theStartIsSaid()
    {
        const auto said = [](const char* music) {
            const Score score = scoreOf(QString::fromLatin1(music));
            return startInWords(
                score, *seedMelody(score, score.tracks.front().id, StartFrom::End, {}, {}));
        };
        QCOMPARE(said("CDEF|GABc"), QStringLiteral("bar 3, reads 1–2"));
        QCOMPARE(said("CDEF"), QStringLiteral("bar 2, reads 1"));
        QCOMPARE(said("CDEF|GA"), QStringLiteral("bar 2, beat 3, reads 1–2"));
    }

    void anAnswerCompletesTheBarItBeginsIn()
    {
        const Score score = scoreOf(QStringLiteral("CDEF"));
        QVERIFY(answerRange(score, {3840}, 2) == (TickRange{{3840}, {11520}}));
        QVERIFY(answerRange(score, {4800}, 2) == (TickRange{{4800}, {15360}}));
    }
};

QTEST_APPLESS_MAIN(TestSeedMelody)
#include "tst_offered_seed_melody.moc"
