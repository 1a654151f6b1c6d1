// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/event.h"

#include <QTest>

using namespace continuo;

class TestEvent : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eventsHoldTheBytesOfTheStandard_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QByteArray>("bytes"); // Status, first data byte, payload.
        QTest::newRow("tempo 120") << 0 << QByteArray::fromHex("ff5107a120");
        QTest::newRow("3/4") << 1 << QByteArray::fromHex("ff5803021808");
        QTest::newRow("6/8 clicks dotted quarters") << 2 << QByteArray::fromHex("ff5806032408");
        QTest::newRow("E flat major") << 3 << QByteArray::fromHex("ff59fd00");
        QTest::newRow("F sharp minor") << 4 << QByteArray::fromHex("ff590301");
        QTest::newRow("text") << 5 << QByteArray::fromHex("ff0148690a");
        QTest::newRow("program") << 6 << QByteArray::fromHex("c349");
    }

    void eventsHoldTheBytesOfTheStandard()
    {
        QFETCH(const int, which);
        QFETCH(const QByteArray, bytes);
        const Event events[] = {tempoEvent({7}, 500'000),        timeSignatureEvent({7}, 3, 4),
                                timeSignatureEvent({7}, 6, 8),   keySignatureEvent({7}, -3, false),
                                keySignatureEvent({7}, 3, true), metaEvent({7}, Meta::Text, "Hi\n"),
                                programChange({7}, 3, 73)};
        const Event& event = events[which];
        QByteArray found;
        found.append(static_cast<char>(event.status));
        found.append(static_cast<char>(event.data1));
        found.append(event.payload.text().data(), static_cast<int>(event.payload.size()));
        QCOMPARE(found, bytes);
        QCOMPARE(event.time.value, qint64{7});
    }

    void kindsAreTold()
    {
        const Event program = programChange({}, 9, 1);
        QVERIFY(program.isChannelMessage(0xc0) && !program.isChannelMessage(0xb0));
        QCOMPARE(program.channel(), std::uint8_t{9});
        const Event text = metaEvent({}, Meta::Marker, "x");
        QVERIFY(text.isMeta(Meta::Marker) && !text.isMeta(Meta::Text) &&
                !text.isChannelMessage(0xf0));
    }

    void orderIsTimeThenArrival()
    {
        const Event early{.time = {1}, .id = 9};
        const Event first{.time = {2}, .id = 3};
        const Event second{.time = {2}, .id = 4};
        QVERIFY(eventBefore(early, first) && eventBefore(first, second) &&
                !eventBefore(second, first));
    }
};

QTEST_APPLESS_MAIN(TestEvent)
#include "tst_event.moc"
