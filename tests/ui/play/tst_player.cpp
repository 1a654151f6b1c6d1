// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/play/player.h"

#include "core/edit/move_notes.h"
#include "core/edit/tempo.h"
#include "tests/core/edit/edit_check.h"

#include <QSignalSpy>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 20'000;

std::filesystem::path soundfont()
{
    return qEnvironmentVariable("CONTINUO_SOUNDFONT").toStdString();
}

AudioOptions clockDriven()
{
    AudioOptions options;
    options.driver = "null";
    return options;
}

} // namespace

/// With the real synthesizer, by the clock instead of a sound card.
class TestPlayer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!std::filesystem::exists(soundfont()))
            QSKIP("CONTINUO_SOUNDFONT names no soundfont");
    }

    void itPlaysToTheEndAndGoesBack()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("C/D/")));
        Player player(document, soundfont());
        QSignalSpy playing(&player, &Player::playingChanged);
        QSignalSpy moved(&player, &Player::positionChanged);
        player.play(); // Before it is open: done when it is.
        player.open(clockDriven());
        player.play();
        QTRY_VERIFY_WITH_TIMEOUT(playing.size() >= 2, kPatienceMs);
        QCOMPARE(playing.last()[0].toBool(), false);
        QVERIFY(moved.size() > 2);
        QCOMPARE(player.position().value, 0);
        QVERIFY(player.isSilent());
        QVERIFY(player.deviceInWords().startsWith(QStringLiteral("Audio: none.")));
    }

    void stopKeepsThePlaceAndPlayGoesOnThere()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEFGABc")));
        Player player(document, soundfont());
        player.open(clockDriven());
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        player.toggle();
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > Tick{300}, kPatienceMs);
        player.toggle();
        QVERIFY(!player.isPlaying());
        const Tick there = player.position();
        player.toggle();
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > there, kPatienceMs);
        QVERIFY(player.position() < there + Tick{3'000});
    }

    void seekingWhilePlayingGoesOnThere()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEFGABcCDEFGABc")));
        Player player(document, soundfont());
        player.open(clockDriven());
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        player.play();
        player.seek({9'600});
        QCOMPARE(player.position().value, 9'600);
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > Tick{9'700}, kPatienceMs);
        QVERIFY(player.isPlaying());
    }

    void aLoopGoesRound()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEFGABc")));
        Player player(document, soundfont());
        player.open(clockDriven());
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        player.setLoop(TickRange{{960}, {1'200}});
        player.setLoop(TickRange{{960}, {960}}); // Empty: refused.
        QVERIFY((player.loop() == TickRange{{960}, {1'200}}));
        player.seek({960});
        player.play();
        int rounds = 0;
        Tick last = player.position();
        connect(&player, &Player::positionChanged, this, [&](Tick here) {
            rounds += here < last ? 1 : 0;
            last = here;
        });
        QTRY_VERIFY_WITH_TIMEOUT(rounds >= 3, kPatienceMs);
        QVERIFY(last < Tick{1'300});
        player.setLoop(std::nullopt);
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > Tick{1'400}, kPatienceMs);
    }

    void anEditMovesThePlayheadsClockToo()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEFGABcCDEFGABc")));
        Player player(document, soundfont());
        player.open(clockDriven());
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        player.play();
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > Tick{100}, kPatienceMs);
        document.edit(QStringLiteral("faster"), setTempo(document.score(), {}, 100'000));
        document.edit(QStringLiteral("higher"), transposeNotes(document.score(), idsOf(document.score(), {}), 3));
        const Tick at = player.position();
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > at + Tick{960}, kPatienceMs);
        QVERIFY(player.isPlaying());
    }

    void anotherDeviceGoesOnWhereTheOldOneWas()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEFGABcCDEFGABc")));
        Player player(document, soundfont());
        player.open(clockDriven());
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        player.play();
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > Tick{960}, kPatienceMs);
        AudioOptions other = clockDriven();
        other.periods = 8;
        player.open(other);
        const Tick there = player.position();
        QVERIFY(player.isOpening() && !player.isOpen());
        QCOMPARE(player.deviceInWords(), QStringLiteral("Audio: opening"));
        QTRY_VERIFY_WITH_TIMEOUT(player.isPlaying(), kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(player.position() > there, kPatienceMs);
        QVERIFY(player.position() < there + Tick{3'000});
        player.stop();
        const Tick stopped = player.position();
        player.open(clockDriven());
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        QVERIFY(!player.isPlaying());
        QCOMPARE(player.position(), stopped);
    }

    void ofManyWishesTheLastHolds()
    {
        ScoreDocument document;
        Player player(document, soundfont());
        QSignalSpy changed(&player, &Player::deviceChanged);
        AudioOptions wish = clockDriven();
        for (const int periods : {2, 3, 6}) {
            wish.periods = periods;
            player.open(wish);
        }
        QTRY_VERIFY_WITH_TIMEOUT(!player.isOpening(), kPatienceMs);
        QVERIFY(player.isOpen());
        QCOMPARE(player.options(), wish);
        QCOMPARE(changed.size(), 4); // Three wishes, one device.
    }

    void anAuditionLeavesTheDocumentsPlace()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEFGABc")));
        Player player(document, soundfont());
        player.open(clockDriven());
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        player.seek({1'920});
        QSignalSpy auditions(&player, &Player::auditionChanged);
        player.audition(scoreOf(QStringLiteral("c/4d/4")), {}, QStringLiteral("A"));
        QCOMPARE(player.auditioned(), QStringLiteral("A"));
        QVERIFY(!player.isPlaying());
        QTRY_COMPARE_WITH_TIMEOUT(auditions.size(), 2, kPatienceMs);
        QVERIFY(player.auditioned().isEmpty());
        QCOMPARE(player.position().value, 1'920);
    }

    void aMissingSoundfontIsSaidAndNothingElseFails()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")));
        Player player(document, "/nowhere/none.sf2");
        std::string id;
        connect(&player, &Player::failed, this, [&](const Error& error) { id = error.id; });
        player.open(clockDriven());
        QTRY_VERIFY_WITH_TIMEOUT(!id.empty(), kPatienceMs);
        player.play();
        player.soundNote(0, 0, {60}, 90);
        player.panic();
        player.seek({960});
        QCOMPARE(player.position().value, 960);
        QVERIFY(!player.isOpen());
    }

    void muteAndSoloAreToldAndForgottenWithTheScore()
    {
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("CDEF")));
        Player player(document, soundfont());
        QSignalSpy changed(&player, &Player::tracksChanged);
        const TrackId track = document.score().tracks.front().id;
        player.setMuted(track, true);
        player.setMuted(track, true);
        player.setSolo(track, true);
        QCOMPARE(changed.size(), 2);
        QVERIFY(player.isMuted(track) && player.isSolo(track));
        document.replace(scoreOf(QStringLiteral("CDEF")));
        QVERIFY(!player.isMuted(track) && !player.isSolo(track));
    }
};

QTEST_GUILESS_MAIN(TestPlayer)
#include "tst_player.moc"
