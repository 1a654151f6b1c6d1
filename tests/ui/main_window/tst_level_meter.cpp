// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/edit/edit_check.h"
#include "ui/base/appearance.h"
#include "ui/main_window/level_meter.h"
#include "ui/play/player.h"

#include <QApplication>
#include <QtTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

constexpr int kPatienceMs = 20'000;

/// Pixels of a colour in the left or the right channel's bar.
int pixelsOf(const QColor& colour, LevelMeter& meter, bool isLeft)
{
    const QImage picture = meter.grab().toImage();
    const int y = isLeft ? picture.height() / 2 - 4 : picture.height() / 2 + 4;
    int found = 0;
    for (int x = 0; x < picture.width(); ++x)
        found += picture.pixelColor(x, y) == colour ? 1 : 0;
    return found;
}

} // namespace

class TestLevelMeter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (!QFile::exists(qEnvironmentVariable("CONTINUO_SOUNDFONT")))
            QSKIP("CONTINUO_SOUNDFONT names no soundfont");
    }

    void itShowsWhatSoundsAndFallsBack()
    {
        Appearance appearance(*qApp);
        const QColor accent = appearance.palette().accent;
        ScoreDocument document;
        document.replace(scoreOf(QStringLiteral("C16")));
        Player player(document, qEnvironmentVariable("CONTINUO_SOUNDFONT").toStdString());
        AudioOptions byTheClock;
        byTheClock.driver = "null";
        player.open(byTheClock);
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        LevelMeter meter(appearance, player);
        meter.resize(meter.sizeHint());
        QCOMPARE(pixelsOf(accent, meter, true), 0);

        player.play();
        QTRY_VERIFY_WITH_TIMEOUT(pixelsOf(accent, meter, true) > 20, kPatienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(pixelsOf(accent, meter, false) > 20, kPatienceMs);
        QVERIFY(pixelsOf(appearance.palette().bad, meter, true) == 0);
        player.stop();
        QTRY_COMPARE_WITH_TIMEOUT(pixelsOf(accent, meter, true), 0, kPatienceMs);
        QTRY_COMPARE_WITH_TIMEOUT(pixelsOf(accent, meter, false), 0, kPatienceMs);
    }

    void aSingleNoteIsSeenToo()
    {
        Appearance appearance(*qApp);
        ScoreDocument document;
        Player player(document, qEnvironmentVariable("CONTINUO_SOUNDFONT").toStdString());
        AudioOptions byTheClock;
        byTheClock.driver = "null";
        player.open(byTheClock);
        QTRY_VERIFY_WITH_TIMEOUT(player.isOpen(), kPatienceMs);
        LevelMeter meter(appearance, player);
        meter.resize(meter.sizeHint());
        player.soundNote(0, 0, Pitch{60}, 100);
        QTRY_VERIFY_WITH_TIMEOUT(pixelsOf(appearance.palette().accent, meter, true) > 20,
                                 kPatienceMs);
    }
};

QTEST_MAIN(TestLevelMeter)
#include "tst_level_meter.moc"
