// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/step_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>

using namespace continuo;
using namespace continuo::ui;

namespace {

template <typename Field>
Field* fieldCalled(const StepDialog& dialog, const char* name)
{
    for (Field* field : dialog.findChildren<Field*>()) {
        if (field->accessibleName() == QLatin1String(name))
            return field;
    }
    return nullptr;
}

QPushButton* okOf(const StepDialog& dialog)
{
    return dialog.findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
}

} // namespace

class TestStepDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyOperationKeepsItsStep_data();
    void everyOperationKeepsItsStep();
    void fieldsMakeTheStep();
    void whatCannotBeSaysWhy();
};

void TestStepDialog::everyOperationKeepsItsStep_data()
{
    QTest::addColumn<QString>("operation");
    for (const OperationInfo& operation : operations()) {
        if (!operation.isByHand)
            QTest::newRow(std::string(operation.name).c_str())
                << QString::fromUtf8(operation.name.data(), std::ssize(operation.name));
    }
}

void TestStepDialog::everyOperationKeepsItsStep()
{
    QFETCH(QString, operation);
    RecipeStep step = makeStep(operation.toStdString());
    step.condition.problems = problemBit(Problem::OffGrid) | problemBit(Problem::Empty);
    step.condition.folder = "jigs";
    step.condition.pieces = {std::string(64, 'a') + "#1"};
    const StepDialog dialog(step, false);
    const RecipeStep back = dialog.step();
    QCOMPARE(back.condition, step.condition);
    for (const ParameterInfo& parameter : operationNamed(step.operation)->parameters) {
        // A step may say its defaults or leave them out.
        QVERIFY2(!back.parameters.contains(std::string(parameter.name)) ||
                     back.parameters.at(std::string(parameter.name)) == parameter.defaultValue,
                 std::string(parameter.name).c_str());
        QWidget* field = nullptr;
        for (QWidget* each : dialog.findChildren<QWidget*>()) {
            if (each->accessibleName().toUtf8() ==
                QByteArray(parameter.title.data(), std::ssize(parameter.title)))
                field = each;
        }
        QVERIFY2(field, "every parameter has a field with a name");
        if (const auto* choices = qobject_cast<QComboBox*>(field)) {
            QStringList words;
            for (int i = 0; i < choices->count(); ++i) {
                QVERIFY(choices->itemText(i) != choices->itemData(i).toString());
                words << choices->itemText(i);
            }
            QCOMPARE(words.removeDuplicates(), qsizetype{0});
        }
        QVERIFY(!field->toolTip().isEmpty());
    }
}

void TestStepDialog::fieldsMakeTheStep()
{
    StepDialog dialog(makeStep("quantise"), true);
    QCOMPARE(dialog.windowTitle(), QStringLiteral("Add step: Quantise"));
    fieldCalled<QComboBox>(dialog, "Grid")->setCurrentText(QStringLiteral("eighth triplets"));
    fieldCalled<QDoubleSpinBox>(dialog, "Strength")->setValue(80);
    fieldCalled<QCheckBox>(dialog, "Ends too")->setChecked(false);
    fieldCalled<QLineEdit>(dialog, "In the folder")->setText(QStringLiteral(" reels "));
    const RecipeStep step = dialog.step();
    QCOMPARE(step.text("grid"), std::string("1/12"));
    QCOMPARE(step.number("strength"), 0.8);
    QVERIFY(!step.isSet("ends"));
    QCOMPARE(step.condition.folder, std::string("reels"));
    QVERIFY(okOf(dialog)->isEnabled());

    StepDialog fold(makeStep("fold-range"), true);
    auto* low = fieldCalled<QSpinBox>(fold, "Lowest");
    QCOMPARE(low->text(), QStringLiteral("A0"));
    low->clear();
    QTest::keyClicks(low, QStringLiteral("C4"));
    low->interpretText();
    QCOMPARE(fold.step().number("low"), 60.0);
}

void TestStepDialog::whatCannotBeSaysWhy()
{
    StepDialog dialog(makeStep("fold-range"), true);
    fieldCalled<QSpinBox>(dialog, "Lowest")->setValue(100);
    fieldCalled<QSpinBox>(dialog, "Highest")->setValue(60);
    QVERIFY(!okOf(dialog)->isEnabled());
    QVERIFY(!okOf(dialog)->toolTip().isEmpty());
    fieldCalled<QSpinBox>(dialog, "Highest")->setValue(120);
    QVERIFY(okOf(dialog)->isEnabled());
}

QTEST_MAIN(TestStepDialog)
#include "tst_step_dialog.moc"
