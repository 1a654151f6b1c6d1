// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/result_json.h"

#include <QTest>

using namespace continuo;

class TestResultJson final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void notesCountFromTheirOrigin()
    {
        GeneratedNote note;
        note.note.start = Tick{1440};
        note.note.length = Tick{240};
        note.note.pitch = Pitch{61};
        note.probability = 0.25;
        note.rank = 3;
        const NoteMessage whole = noteMessage(2, note, 480);
        QCOMPARE(whole.alternative, 2);
        QCOMPARE(whole.name, std::string("C#4"));
        QCOMPARE(whole.start, 3.0);
        QCOMPARE(whole.length, 0.5);
        QCOMPARE(whole.startTick, std::int64_t{1440});
        QCOMPARE(whole.rank, 3);
        const NoteMessage alone = noteMessage(2, note, 480, Tick{960});
        QCOMPARE(alone.start, 1.0);
        QCOMPARE(alone.startTick, std::int64_t{480});
    }

    void aPromptWithoutAKeySaysNull()
    {
        PreparedPrompt prompt;
        prompt.notes = 5;
        prompt.remarks = {{"prompt.lost", "Lost \xff.", {{"what", "\xff"}}}};
        const Json json = promptToJson(prompt);
        QVERIFY(json["key"].is_null());
        QCOMPARE(json["notes"].get<int>(), 5);
        QCOMPARE(json["remarks"][0]["id"].get<std::string>(), std::string("prompt.lost"));
        QCOMPARE(json["remarks"][0]["text"].get<std::string>(), std::string("Lost \xef\xbf\xbd."));
        prompt.key = *parseKey("Bb major");
        QCOMPARE(promptToJson(prompt)["key"].get<std::string>(), std::string("Bb major"));
    }

    void aSetNamesEveryProblem()
    {
        DatasetInfo info;
        info.pieces = 10;
        info.inUse = 10;
        info.train = 6;
        info.test = 1;
        info.problems = {{std::string(problemName(static_cast<Problem>(0))), 4}};
        info.reasons = {{"midi.empty", 2}};
        const Json json = datasetInfoToJson(info);
        QCOMPARE(json["problems"].size(), kProblemCount);
        QCOMPARE(json["problems"][std::string(problemName(static_cast<Problem>(0)))].get<int>(), 4);
        QCOMPARE(json["problems"][std::string(problemName(static_cast<Problem>(1)))].get<int>(), 0);
        QCOMPARE(json["unassigned"].get<int>(), 3);
        QCOMPARE(json["reasons"]["midi.empty"].get<int>(), 2);
        QVERIFY(json["split"].is_null());
    }
};

QTEST_APPLESS_MAIN(TestResultJson)
#include "tst_result_json.moc"
