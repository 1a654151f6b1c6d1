// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/base/notices.h"
#include "ui/base/words.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>
#include <QTranslator>

#include <limits>

using namespace continuo;
using namespace continuo::ui;

namespace {

/// A catalogue of one sentence.
class OneSentence final : public QTranslator
{
public:
    QString translate(const char* context, const char* source, const char*, int) const override
    {
        return qstrcmp(context, "errors") == 0 && qstrcmp(source, "file.not-found") == 0 ? QStringLiteral("{file} fehlt.") : QString();
    }
    bool isEmpty() const override { return false; }
};

const Error kNotFound{ErrorKind::Refused, "file.not-found", "Cannot read \"a.mid\".", {{"file", "a.mid"}}};

} // namespace

class TestWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void anErrorSpeaksTheUsersLanguageWhereItIsKnown()
    {
        QCOMPARE(inWords(kNotFound), QStringLiteral("Cannot read \"a.mid\"."));
        OneSentence catalogue;
        QCoreApplication::installTranslator(&catalogue);
        QCOMPARE(inWords(kNotFound), QStringLiteral("a.mid fehlt."));
        QCoreApplication::removeTranslator(&catalogue);
    }

    void durations_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("words");
        QTest::newRow("nothing") << 0.0 << QStringLiteral("0:00");
        QTest::newRow("rounded") << 11.6 << QStringLiteral("0:12");
        QTest::newRow("minutes") << 161.0 << QStringLiteral("2:41");
        QTest::newRow("hours") << 3729.0 << QStringLiteral("1:02:09");
        QTest::newRow("unknown") << std::numeric_limits<double>::quiet_NaN() << QStringLiteral("–");
        QTest::newRow("without end") << std::numeric_limits<double>::infinity() << QStringLiteral("–");
        QTest::newRow("negative") << -1.0 << QStringLiteral("–");
    }

    void durations()
    {
        QFETCH(const double, seconds);
        QFETCH(const QString, words);
        QCOMPARE(durationInWords(seconds), words);
    }

    void sizes_data()
    {
        QTest::addColumn<qint64>("bytes");
        QTest::addColumn<QString>("words");
        QTest::newRow("bytes") << qint64{999} << QStringLiteral("999 B");
        QTest::newRow("kilobytes") << qint64{12'300} << QStringLiteral("12 KB");
        QTest::newRow("megabytes") << qint64{7'600'000} << QStringLiteral("7.6 MB");
        QTest::newRow("many") << qint64{310'000'000} << QStringLiteral("310 MB");
    }

    void sizes()
    {
        QFETCH(const qint64, bytes);
        QFETCH(const QString, words);
        QLocale::setDefault(QLocale::c());
        QCOMPARE(bytesInWords(bytes).replace(QChar(0xa0), QLatin1Char(' ')), words);
    }

    void pitchesHaveNames()
    {
        QCOMPARE(pitchInWords(60), QStringLiteral("C4"));
        QCOMPARE(pitchInWords(73), QStringLiteral("C♯5"));
        QCOMPARE(pitchInWords(-3), pitchInWords(0));
    }

    void whatWasCancelledIsNoNotice()
    {
        Notices notices;
        QSignalSpy arrived(&notices, &Notices::arrived);
        notices.report({ErrorKind::Cancelled, "base.cancelled", "Cancelled.", {}});
        QCOMPARE(arrived.size(), 0);
        notices.report(kNotFound);
        QCOMPARE(arrived.size(), 1);
        QCOMPARE(arrived[0][1].toString(), QStringLiteral("Cannot read \"a.mid\"."));
    }
};

QTEST_MAIN(TestWords)
#include "tst_words.moc"
