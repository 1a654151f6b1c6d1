// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/edit/velocity.h"
#include "tests/core/edit/edit_check.h"

using namespace continuo;

class TestVelocity : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void velocitiesStayWithinMidi_data()
    {
        QTest::addColumn<int>("set"); // −1: scale.
        QTest::addColumn<double>("factor");
        QTest::addColumn<QList<int>>("expected"); // From 1, 64, 127.
        QTest::newRow("set") << 80 << 0.0 << QList<int>{80, 80, 80};
        QTest::newRow("set too low") << 0 << 0.0 << QList<int>{1, 1, 1};
        QTest::newRow("set too high") << 1000 << 0.0 << QList<int>{127, 127, 127};
        QTest::newRow("half") << -1 << 0.5 << QList<int>{1, 32, 64};
        QTest::newRow("double") << -1 << 2.0 << QList<int>{2, 127, 127};
        QTest::newRow("nothing") << -1 << 0.0 << QList<int>{1, 1, 1};
        QTest::newRow("the same") << -1 << 1.0 << QList<int>{1, 64, 127};
        QTest::newRow("beyond measure") << -1 << 1e300 << QList<int>{127, 127, 127};
    }

    void velocitiesStayWithinMidi()
    {
        QFETCH(const int, set);
        QFETCH(const double, factor);
        QFETCH(const QList<int>, expected);
        Score score = scoreOf("CDE");
        std::vector<Note>& notes = score.tracks.front().notes;
        notes[0].velocity = 1;
        notes[1].velocity = 64;
        notes[2].velocity = 127;
        const Score before = score;
        const std::vector<NoteId> ids = idsOf(score, {});
        const ScorePatch patch =
            set >= 0 ? setVelocity(score, ids, set) : scaleVelocity(score, ids, factor);
        QVERIFY(applyPatch(score, patch));
        QList<int> found;
        for (const Note& note : score.tracks.front().notes)
            found.append(note.velocity);
        QCOMPARE(found, expected);
        QVERIFY(applyPatch(score, patch.inverted()));
        QVERIFY(score == before);
    }

    void changesStayWithinMidi()
    {
        Score score = scoreOf("CDE");
        std::vector<Note>& notes = score.tracks.front().notes;
        notes[0].velocity = 3;
        notes[2].velocity = 125;
        const std::vector<NoteId> ids = idsOf(score, {});
        Score louder = score;
        QVERIFY(applyPatch(louder, changeVelocity(score, ids, 5)));
        QCOMPARE(velocitiesOf(louder), (QList<int>{8, 95, 127}));
        Score softer = score;
        QVERIFY(applyPatch(softer, changeVelocity(score, ids, -2000000000)));
        QCOMPARE(velocitiesOf(softer), (QList<int>{1, 1, 1}));
    }

    void eachNoteGetsItsOwn()
    {
        Score score = scoreOf("CDE");
        const std::vector<NoteId> ids = idsOf(score, {});
        QVERIFY(applyPatch(score, setVelocities(score, {{ids[0], 10}, {ids[2], 999}, {4711, 5}})));
        QCOMPARE(velocitiesOf(score), (QList<int>{10, 90, 127}));
    }

private:
    static QList<int> velocitiesOf(const Score& score)
    {
        QList<int> found;
        for (const Note& note : score.tracks.front().notes)
            found.append(note.velocity);
        return found;
    }
};

QTEST_APPLESS_MAIN(TestVelocity)
#include "tst_velocity.moc"
