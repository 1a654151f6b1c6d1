// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/abc/read_abc.h"
#include "core/base/random.h"
#include "core/music/key.h"

#include <QTest>

#include <bit>
#include <cmath>

using namespace continuo;

class TestKey : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tunesAreInTheirKey_data()
    {
        QTest::addColumn<QString>("music"); // K: and notes, in eighths.
        QTest::addColumn<QString>("key");
        QTest::newRow("Twinkle, twinkle") << "K:C\nC2C2G2G2|A2A2G4|F2F2E2E2|D2D2C4|"
                                          << "C major";
        QTest::newRow("Twinkle, twinkle in E flat") << "K:Eb\nE2E2B2B2|c2c2B4|A2A2G2G2|F2F2E4|"
                                                    << "Eb major";
        QTest::newRow("Frère Jacques")
            << "K:F\nF2G2A2F2|F2G2A2F2|A2B2c4|A2B2c4|cdcB A2F2|F2C2F4|F2C2F4|"
            << "F major";
        QTest::newRow("Greensleeves")
            << "M:6/8\nK:Em\nE|G2A B3/2^c/2B|A2F D3/2E/2F|G2E E3/2^D/2E|F2^D B,2E|G2A B3/2^c/2B|"
               "A2F D3/2E/2F|G3/2F/2E ^D3/2^C/2D|E3 E2|"
            << "E minor";
        QTest::newRow("Au clair de la lune") << "K:G\nG2G2G2A2|B4A4|G2B2A2A2|G8|"
                                             << "G major";
        QTest::newRow("Morning has broken")
            << "M:3/4\nK:D\nD2F2A2|d6|B4A2|F6|D2E2F2|A4B2|A6|F2E2D2|D6|"
            << "D major";
        QTest::newRow("Coventry Carol") << "M:3/4\nK:Gm\nG2G2^F2|G4B2|A4G2|^F6|G2A2B2|c2A4|G6|"
                                        << "G minor";
        QTest::newRow("scale of A minor, harmonic") << "K:Am\nA2BcdefA|^ga^ge A4|E2A2c2e2|A8|"
                                                    << "A minor";
    }

    void tunesAreInTheirKey()
    {
        QFETCH(const QString, music);
        QFETCH(const QString, key);
        const auto tunes = readAbc(("X:1\nL:1/8\n" + music + "\n").toStdString(), "test");
        QVERIFY(tunes);
        const auto estimate = estimateKey(tunes->front().score.tracks.front().notes);
        QVERIFY(estimate);
        QCOMPARE(QString::fromStdString(keyName(estimate->key)), key);
        QVERIFY(estimate->key != estimate->runnerUp);
        QVERIFY(estimate->confidence > 0 && estimate->correlation > 0.6 &&
                estimate->correlation <= 1);
    }

    void transposingTurnsTheKey()
    {
        // Random profiles: the estimate moves along by as many semitones, with the same lead.
        const CounterRandom random(8, CounterRandom::Domain::Test);
        for (std::uint32_t round = 0; round < 500; ++round) {
            std::array<double, 12> weights{};
            for (std::uint32_t i = 0; i < 12; ++i)
                weights[i] = random.uniform(round, i);
            const auto before = estimateKey(weights);
            QVERIFY(before);
            for (std::size_t by = 1; by < 12; ++by) {
                std::array<double, 12> turned{};
                for (std::size_t i = 0; i < 12; ++i)
                    turned[(i + by) % 12] = weights[i];
                const auto after = estimateKey(turned);
                QVERIFY(after);
                QCOMPARE(after->key.tonic, (before->key.tonic + static_cast<int>(by)) % 12);
                QVERIFY(after->key.mode == before->key.mode);
                QVERIFY(std::abs(after->confidence - before->confidence) < 1e-9);
            }
        }
    }

    void thereIsNothingToEstimateWithoutPitches()
    {
        QVERIFY(!estimateKey(std::vector<Note>{}));
        QVERIFY(!estimateKey(std::vector<Note>{{.length = {960}, .channel = kDrumChannel}}));
        QVERIFY(estimateKey(std::vector<Note>{{.length = {0}, .pitch = {67}}}));
    }

    void evenProfilesHaveNoConfidence()
    {
        std::array<double, 12> weights{};
        weights.fill(1);
        const auto estimate = estimateKey(weights);
        QVERIFY(estimate);
        QCOMPARE(estimate->confidence, 0.0);
        QVERIFY((estimate->key == Key{0, Mode::Major}));
    }

    void namesAreReadBack()
    {
        for (int tonic = 0; tonic < 12; ++tonic) {
            for (const Mode mode : {Mode::Major, Mode::Minor}) {
                const auto key = parseKey(keyName({tonic, mode}));
                QVERIFY((key && *key == Key{tonic, mode}));
            }
        }
    }

    void spellingsAreRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("key"); // Empty: nothing.
        QTest::newRow("minor in short") << "F#m"
                                        << "F# minor";
        QTest::newRow("capital M") << "GM"
                                   << "G major";
        QTest::newRow("small") << "bb"
                               << "Bb major";
        QTest::newRow("in full") << " c# minor "
                                 << "C# minor";
        QTest::newRow("flat of C") << "Cb"
                                   << "B major";
        QTest::newRow("mode that is none") << "G dorian"
                                           << "";
        QTest::newRow("no letter") << "H"
                                   << "";
        QTest::newRow("empty") << ""
                               << "";
    }

    void spellingsAreRead()
    {
        QFETCH(const QString, text);
        QFETCH(const QString, key);
        const auto read = parseKey(text.toStdString());
        QCOMPARE(read ? QString::fromStdString(keyName(*read)) : QString(), key);
    }

    void transpositionToTheCommonKeyLeadsThere()
    {
        for (int tonic = 0; tonic < 12; ++tonic) {
            const int major = semitonesToCommonKey({tonic, Mode::Major});
            const int minor = semitonesToCommonKey({tonic, Mode::Minor});
            QVERIFY(major >= -6 && major <= 5 && minor >= -6 && minor <= 5);
            QCOMPARE((tonic + major + 12) % 12, 0);
            QCOMPARE((tonic + minor + 12) % 12, 9);
        }
    }

    void scalesHaveSevenNotesOfTheirSignature()
    {
        for (int tonic = 0; tonic < 12; ++tonic) {
            const unsigned major = scaleMask({tonic, Mode::Major});
            QCOMPARE(std::popcount(major), 7);
            QVERIFY((major >> tonic & 1U) == 1U);
            QCOMPARE(scaleMask({(tonic + 9) % 12, Mode::Minor}), major);
        }
        QCOMPARE(scaleMask({0, Mode::Major}), 0b101010110101U);
    }
};

QTEST_APPLESS_MAIN(TestKey)
#include "tst_key.moc"
