// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/pitch.h"

#include <QTest>

using namespace continuo;

class TestPitch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAreReadBack()
    {
        for (int value = 0; value < 128; ++value) {
            const Pitch pitch{static_cast<std::uint8_t>(value)};
            const auto named = parsePitch(pitchName(pitch));
            QVERIFY2(named && *named == pitch, pitchName(pitch).c_str());
            const auto numbered = parsePitch(std::to_string(value));
            QVERIFY(numbered && *numbered == pitch);
        }
    }

    void middleCIsC4()
    {
        QCOMPARE(QString::fromStdString(pitchName({60})), QString("C4"));
        QCOMPARE(QString::fromStdString(pitchName({0})), QString("C-1"));
        QCOMPARE(QString::fromStdString(pitchName({127})), QString("G9"));
        QCOMPARE(QString::fromStdString(pitchName({70})), QString("A#4"));
    }

    void spellingsAreRead_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("value"); // −1: nothing.
        QTest::newRow("flat") << "Bb4" << 70;
        QTest::newRow("small letter") << "f#3" << 54;
        QTest::newRow("small b flat") << "bb4" << 70;
        QTest::newRow("over the octave") << "B#4" << 72;
        QTest::newRow("under the octave") << "Cb4" << 59;
        QTest::newRow("double sharp") << "F##4" << 67;
        QTest::newRow("lowest octave") << "Bb-1" << 10;
        QTest::newRow("too high") << "G#9" << -1;
        QTest::newRow("too low") << "Cb-1" << -1;
        QTest::newRow("number too great") << "128" << -1;
        QTest::newRow("negative number") << "-1" << -1;
        QTest::newRow("no octave") << "C" << -1;
        QTest::newRow("no letter") << "H4" << -1;
        QTest::newRow("more behind it") << "C4 " << -1;
        QTest::newRow("empty") << "" << -1;
    }

    void spellingsAreRead()
    {
        QFETCH(const QString, text);
        QFETCH(const int, value);
        const auto pitch = parsePitch(text.toStdString());
        QCOMPARE(pitch ? int{pitch->value} : -1, value);
    }

    void classNamesGoRound()
    {
        QCOMPARE(QString::fromStdString(std::string(pitchClassName(1))), QString("C#"));
        QCOMPARE(QString::fromStdString(std::string(pitchClassName(13))), QString("C#"));
        QCOMPARE(QString::fromStdString(std::string(pitchClassName(-1))), QString("B"));
    }
};

QTEST_APPLESS_MAIN(TestPitch)
#include "tst_pitch.moc"
