// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/play/audio_device.h"
#include "core/play/library_logs.h"
#include "tests/core/play/sound_test.h"

#include <QTemporaryFile>
#include <QTest>

#include <cstdio>
#include <unistd.h>

using namespace continuo;

namespace {

/// What goes to standard error, whoever writes it there, while this lives.
class StandardError
{
public:
    StandardError()
        : m_usual(dup(STDERR_FILENO))
    {
        if (!m_file.open() || dup2(m_file.handle(), STDERR_FILENO) < 0)
            qFatal("standard error cannot be caught");
    }
    ~StandardError()
    {
        std::fflush(stderr);
        dup2(m_usual, STDERR_FILENO);
        close(m_usual);
    }
    StandardError(const StandardError&) = delete;
    StandardError& operator=(const StandardError&) = delete;

    QString words()
    {
        std::fflush(stderr);
        QFile file(m_file.fileName());
        if (!file.open(QIODevice::ReadOnly))
            return QStringLiteral("unreadable");
        // libjack keeps a Berkeley database in shared memory. One that another version made there,
        // from within another system, is complained of and made anew.
        QStringList lines = QString::fromUtf8(file.readAll()).split(QLatin1Char('\n'));
        lines.removeIf([](const QString& line) { return line.startsWith(QStringLiteral("BDB")); });
        return lines.join(QLatin1Char('\n'));
    }

private:
    int m_usual;
    QTemporaryFile m_file{};
};

} // namespace

class TestLibraryLogs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        // Where a server runs this looks for one that does not.
        qputenv("JACK_NO_START_SERVER", "1");
        qputenv("JACK_DEFAULT_SERVER", "continuo-has-no-such-server");
    }

    void lookingForDevicesSaysNothing()
    {
        StandardError caught;
        (void)audioDrivers();
        QCOMPARE(caught.words(), QString());
    }

    void openingOneThatIsNotThereSaysNothing_data()
    {
        QTest::addColumn<QString>("driver");
        QTest::addRow("the first that opens") << QString();
        for (const char* driver : {"alsa", "jack", "pulseaudio", "no-such-driver"})
            QTest::addRow("%s", driver) << QString::fromLatin1(driver);
    }

    void openingOneThatIsNotThereSaysNothing()
    {
        QFETCH(const QString, driver);
        if (testSoundfont().empty())
            QSKIP("CONTINUO_SOUNDFONT names no soundfont; build the target continuo_soundfont and "
                  "use ctest.");
        StandardError caught;
        {
            Transport transport(std::move(*Synthesizer::open(testSoundfont(), {})));
            const AudioDevice device(
                transport, 48'000,
                {.driver = driver.toStdString(), .device = "continuo-has-no-such-device"});
        }
        QCOMPARE(caught.words(), QString());
    }
};

QTEST_GUILESS_MAIN(TestLibraryLogs)
#include "tst_library_logs.moc"
