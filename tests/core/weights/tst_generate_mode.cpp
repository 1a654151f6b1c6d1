// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/weights/generate_mode.h"

#include <QTest>

using namespace continuo;

class TestGenerateMode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesAndBack()
    {
        for (const auto& [mode, name] :
             std::initializer_list<std::pair<GenerateMode, std::string_view>>{
                 {GenerateMode::Continue, "continue"},
                 {GenerateMode::New, "new"},
                 {GenerateMode::Infill, "infill"},
                 {GenerateMode::Harmonise, "harmonise"}}) {
            QVERIFY(generateModeName(mode) == name);
            QVERIFY(generateModeFromName(name) == mode);
        }
        QVERIFY(!generateModeFromName("harmonize"));
        QVERIFY(!generateModeFromName(""));
    }

    void whatEachKindCanDo_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QStringList>("possible");
        const QStringList inOrder{"continue", "new"};
        for (const NetworkKind& kind : networkKinds()) {
            if (kind.name != "conv" && kind.name != "gan")
                QTest::newRow(kind.name.c_str()) << QString::fromStdString(kind.name) << inOrder;
        }
        QTest::newRow("conv") << "conv" << QStringList{"new", "infill", "harmonise"};
        QTest::newRow("gan") << "gan" << QStringList{"new"};
    }
    void whatEachKindCanDo()
    {
        QFETCH(QString, kind);
        QFETCH(QStringList, possible);
        NetworkShape shape;
        shape.kind = kind.toStdString();
        const std::vector<ModeChoice> choices = modesOf(shape);
        QCOMPARE(choices.size(), std::size_t{4});
        QStringList found;
        for (const ModeChoice& choice : choices) {
            const QString name = QString::fromStdString(std::string(generateModeName(choice.mode)));
            const Status checked = checkMode(shape, choice.mode);
            QCOMPARE(bool(checked), choice.whyNot.empty());
            if (choice.whyNot.empty()) {
                found << name;
                continue;
            }
            QCOMPARE(checked.error().kind, ErrorKind::Usage);
            QVERIFY(checked.error().id == "generate.mode-not-possible");
            QVERIFY(checked.error().text.starts_with(choice.whyNot));
            QVERIFY(QString::fromStdString(checked.error().text)
                        .endsWith(possible.join(QStringLiteral(", ")) + '.'));
        }
        QCOMPARE(found, possible);
    }
};

QTEST_APPLESS_MAIN(TestGenerateMode)
#include "tst_generate_mode.moc"
