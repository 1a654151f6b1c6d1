// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/generate/accents.h"

#include <vector>

using namespace continuo;

namespace {

Note noteAt(std::int64_t start, int velocity)
{
    Note note;
    note.start = Tick{start};
    note.length = Tick{100};
    note.velocity = static_cast<std::uint8_t>(velocity);
    return note;
}

} // namespace

class TestAccents : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutAMelodyTheMeterDecides()
    {
        const Accents common({}, MeterMap(480, {4, 4}));
        QVERIFY(!common.followsMelody());
        QCOMPARE(int(common.velocityAt(Tick{0})), 100);
        QCOMPARE(int(common.velocityAt(Tick{4 * 480})), 100);
        QCOMPARE(int(common.velocityAt(Tick{480})), 88);
        QCOMPARE(int(common.velocityAt(Tick{240})), 80);
        // In 6/8 the second beat stands in the middle of the bar.
        const Accents jig({}, MeterMap(480, {6, 8}));
        QCOMPARE(int(jig.velocityAt(Tick{720})), 88);
        QCOMPARE(int(jig.velocityAt(Tick{240})), 80);
        QCOMPARE(int(jig.velocityAt(Tick{3 * 480})), 100);
    }

    void placesOfTheMelodyAreFollowed()
    {
        const std::vector<Note> melody{noteAt(0, 100), noteAt(480, 60), noteAt(720, 40), noteAt(1920, 91)};
        const Accents accents(melody, MeterMap(480, {4, 4}));
        QVERIFY(accents.followsMelody());
        QCOMPARE(int(accents.velocityAt(Tick{2 * 1920})), 96); // mean of 100 and 91, rounded
        QCOMPARE(int(accents.velocityAt(Tick{1920 + 480})), 60);
        QCOMPARE(int(accents.velocityAt(Tick{1920 + 720})), 40);
        // Nobody played on the third beat: as on other beats. Nor on the last sixteenth: as between beats.
        QCOMPARE(int(accents.velocityAt(Tick{1920 + 960})), 60);
        QCOMPARE(int(accents.velocityAt(Tick{1920 + 1800})), 40);
    }

    void strengthsNobodyPlayedTakeTheMeanOfAll()
    {
        const std::vector<Note> melody{noteAt(0, 100), noteAt(480, 50)};
        const Accents accents(melody, MeterMap(480, {4, 4}));
        QCOMPARE(int(accents.velocityAt(Tick{240})), 75);
    }

    void aNoteAHairEarlyBelongsToItsBeat()
    {
        const std::vector<Note> melody{noteAt(1917, 110), noteAt(482, 70)};
        const Accents accents(melody, MeterMap(480, {4, 4}));
        QCOMPARE(int(accents.velocityAt(Tick{0})), 110);
        QCOMPARE(int(accents.velocityAt(Tick{480})), 70);
    }
};

QTEST_APPLESS_MAIN(TestAccents)
#include "tst_accents.moc"
