// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/dataset/rejection.h"

#include <QtTest>

using namespace continuo;

class TestRejection : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void reasonsAreInWords()
    {
        QVERIFY(rejectionInWords("midi.no-header") == "not a MIDI file");
        QVERIFY(rejectionInWords("zip.encrypted") == "password-protected zip");
        QVERIFY(rejectionInWords("something.else") == "cannot be read");
    }

    void reasonsOfTheSameWordsAreCountedTogether()
    {
        using Numbers = std::map<std::string, std::size_t>;
        QVERIFY(rejectionsInWords({}) == Numbers{});
        QVERIFY(
            (rejectionsInWords(
                 {{"midi.too-large", 2}, {"zip.too-large", 3}, {"new.one", 1}, {"newer.one", 4}}) ==
             Numbers{{"too large", 5}, {"cannot be read", 5}}));
    }
};

QTEST_APPLESS_MAIN(TestRejection)
#include "tst_rejection.moc"
