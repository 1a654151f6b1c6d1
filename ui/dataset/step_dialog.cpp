// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/dataset/step_dialog.h"

#include "core/music/pitch.h"
#include "ui/base/panel.h"
#include "ui/base/words.h"
#include "ui/dataset/piece_row.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QGridLayout>
#include <QLineEdit>
#include <QSpinBox>
#include <QVBoxLayout>

#include <cmath>
#include <optional>

namespace continuo::ui {

namespace {

constexpr int kFieldWidth = 150;

QString inQt(std::string_view text)
{
    return QString::fromUtf8(text.data(), std::ssize(text));
}

bool isShare(const ParameterInfo& parameter)
{
    return parameter.unit == "share";
}

bool isKeyNumber(const ParameterInfo& parameter)
{
    return parameter.unit == "key number";
}

std::optional<int> pitchFromWords(QString text)
{
    text.replace(QChar(0x266f), QLatin1Char('#')).replace(QChar(0x266d), QLatin1Char('b'));
    const std::optional<Pitch> pitch = parsePitch(text.trimmed().toStdString());
    return pitch ? std::optional<int>(pitch->value) : std::nullopt;
}

/// A key number as the note it is: "C4".
class PitchBox final : public QSpinBox
{
public:
    using QSpinBox::QSpinBox;

protected:
    QString textFromValue(int value) const override { return pitchInWords(value); }
    int valueFromText(const QString& text) const override
    {
        return pitchFromWords(text).value_or(value());
    }
    QValidator::State validate(QString& text, int&) const override
    {
        return pitchFromWords(text) ? QValidator::Acceptable : QValidator::Intermediate;
    }
};

/// What a value of a choice means.
QString choiceInWords(std::string_view parameter, std::string_view choice)
{
    struct Entry
    {
        std::string_view parameter{};
        std::string_view choice{};
        const char* words = nullptr;
    };
    static constexpr Entry kEntries[] = {
        {"which", "exact", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "exact duplicates")},
        {"which", "all", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "near-duplicates too")},
        {"by", "melody", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "the likeliest melody")},
        {"by", "name", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "its name")},
        {"by", "number", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "its number")},
        {"of", "piece", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "the whole piece")},
        {"of", "track", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "each track")},
        {"grid", "1/4", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "quarters")},
        {"grid", "1/8", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "eighths")},
        {"grid", "1/12", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "eighth triplets")},
        {"grid", "1/16", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "sixteenths")},
        {"grid", "1/16+1/24",
         QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "sixteenths and their triplets")},
        {"grid", "1/24", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "sixteenth triplets")},
        {"grid", "1/32", QT_TRANSLATE_NOOP("continuo::ui::StepDialog", "32nds")}};
    for (const Entry& entry : kEntries) {
        if (entry.parameter == parameter && entry.choice == choice)
            return StepDialog::tr(entry.words);
    }
    return inQt(choice);
}

/// Shares are typed in percent with as many places as their range calls for.
QDoubleSpinBox* numberField(const ParameterInfo& parameter, double value, QWidget* parent)
{
    auto* field = new QDoubleSpinBox(parent);
    const double scale = isShare(parameter) ? 100 : 1;
    const double widest = parameter.maximum * scale;
    field->setDecimals(widest <= 10 ? 3 : widest <= 100 && !isShare(parameter) ? 2 : 1);
    field->setRange(parameter.minimum * scale, widest);
    field->setSingleStep(widest <= 10 ? 0.01 : isShare(parameter) ? 5 : 1);
    field->setValue(value * scale);
    field->setSuffix(isShare(parameter)       ? StepDialog::tr(" %")
                     : parameter.unit.empty() ? QString()
                                              : QLatin1Char(' ') + inQt(parameter.unit));
    return field;
}

} // namespace

StepDialog::StepDialog(const RecipeStep& step, bool isNew, QWidget* parent)
    : QDialog(parent)
    , m_step(step)
    , m_operation(*operationNamed(step.operation))
    , m_form(new QFormLayout)
    , m_folder(new QLineEdit(QString::fromStdString(step.condition.folder), this))
    , m_words(label(QString(), TextRole::Small, this))
    , m_column(new QVBoxLayout(this))
{
    setWindowTitle(isNew ? tr("Add step: %1").arg(inQt(m_operation.title))
                         : tr("Step: %1").arg(inQt(m_operation.title)));
    m_column->setContentsMargins(18, 16, 18, 14);
    m_column->setSpacing(10);
    QLabel* description = label(inQt(m_operation.description), TextRole::Muted, this);
    description->setWordWrap(true);
    m_column->addWidget(description);
    m_form->setHorizontalSpacing(14);
    m_form->setVerticalSpacing(8);
    m_column->addLayout(m_form);
    for (const ParameterInfo& parameter : m_operation.parameters)
        addParameter(parameter, step);

    m_column->addSpacing(4);
    m_column->addWidget(label(tr("For which pieces"), TextRole::Heading, this));
    auto* hint =
        label(tr("All, unless something is ticked: then those with any of these problems."),
              TextRole::Small, this);
    hint->setWordWrap(true);
    m_column->addWidget(hint);
    auto* grid = new QGridLayout;
    grid->setHorizontalSpacing(18);
    grid->setVerticalSpacing(4);
    for (std::size_t i = 0; i < kProblemCount; ++i) {
        const auto problem = static_cast<Problem>(i);
        auto* box = new QCheckBox(problemGroupInWords(problem), this);
        box->setChecked((step.condition.problems & problemBit(problem)) != 0);
        box->setToolTip(inQt(problemInfo(problem).explanation));
        connect(box, &QCheckBox::toggled, this, &StepDialog::refresh);
        grid->addWidget(box, static_cast<int>(i) / 2, static_cast<int>(i) % 2);
        m_problems.emplace(problem, box);
    }
    m_column->addLayout(grid);
    auto* where = new QFormLayout;
    m_folder->setPlaceholderText(tr("any"));
    m_folder->setAccessibleName(tr("In the folder"));
    where->addRow(label(tr("In the folder"), TextRole::Plain, this), m_folder);
    m_column->addLayout(where);
    if (!step.condition.pieces.empty()) {
        m_column->addWidget(label(step.condition.pieces.size() == 1
                                      ? tr("Only for one piece that was chosen in the table.")
                                      : tr("Only for %1 pieces that were chosen in the table.")
                                            .arg(countInWords(std::ssize(step.condition.pieces))),
                                  TextRole::Small, this));
    }
    m_words->setWordWrap(true);
    m_column->addWidget(m_words);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(isNew ? tr("Add step") : tr("Change step"));
    m_column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_folder, &QLineEdit::textChanged, this, &StepDialog::refresh);
    setMinimumWidth(440);
    // Fields in the order in which they stand; the folder's was made first.
    setTabOrder(m_problems.rbegin()->second, m_folder);
    setTabOrder(m_folder, buttons);
    if (!m_operation.parameters.empty())
        m_form->itemAt(0, QFormLayout::FieldRole)->widget()->setFocus();
    else
        m_problems.begin()->second->setFocus();
    refresh();
}

void StepDialog::setPreview(QWidget* preview)
{
    preview->setParent(this);
    m_column->insertWidget(m_column->count() - 2, preview);
}

void StepDialog::addParameter(const ParameterInfo& parameter, const RecipeStep& step)
{
    const std::string name(parameter.name);
    const auto given = step.parameters.find(name);
    const ParameterValue value =
        given == step.parameters.end() ? parameter.defaultValue : given->second;
    QWidget* field = nullptr;
    switch (parameter.kind) {
    case ParameterKind::Number: {
        auto* box = numberField(parameter, std::get<double>(value), this);
        connect(box, &QDoubleSpinBox::valueChanged, this, &StepDialog::refresh);
        m_values[name] = [box, scale = isShare(parameter) ? 100.0 : 1.0]() -> ParameterValue {
            // As it was typed, so that 80 % is 0.8 and no neighbour of it.
            return std::round(box->value() * 1e6 / scale) / 1e6;
        };
        field = box;
        break;
    }
    case ParameterKind::Whole: {
        QSpinBox* box = isKeyNumber(parameter) ? new PitchBox(this) : new QSpinBox(this);
        box->setRange(static_cast<int>(parameter.minimum), static_cast<int>(parameter.maximum));
        box->setValue(static_cast<int>(std::get<double>(value)));
        if (!isKeyNumber(parameter) && !parameter.unit.empty())
            box->setSuffix(QLatin1Char(' ') + inQt(parameter.unit));
        connect(box, &QSpinBox::valueChanged, this, &StepDialog::refresh);
        m_values[name] = [box]() -> ParameterValue { return static_cast<double>(box->value()); };
        field = box;
        break;
    }
    case ParameterKind::Switch: {
        auto* box = new QCheckBox(this);
        box->setChecked(std::get<bool>(value));
        connect(box, &QCheckBox::toggled, this, &StepDialog::refresh);
        m_values[name] = [box]() -> ParameterValue { return box->isChecked(); };
        field = box;
        break;
    }
    case ParameterKind::Choice: {
        auto* box = new QComboBox(this);
        for (const std::string_view choice : parameter.choices)
            box->addItem(choiceInWords(parameter.name, choice), inQt(choice));
        box->setCurrentIndex(box->findData(QString::fromStdString(std::get<std::string>(value))));
        connect(box, &QComboBox::currentIndexChanged, this, &StepDialog::refresh);
        m_values[name] = [box]() -> ParameterValue { return box->currentData().toString().toStdString(); };
        field = box;
        break;
    }
    case ParameterKind::Text: {
        auto* box = new QLineEdit(QString::fromStdString(std::get<std::string>(value)), this);
        connect(box, &QLineEdit::textChanged, this, &StepDialog::refresh);
        m_values[name] = [box]() -> ParameterValue { return box->text().toStdString(); };
        field = box;
        break;
    }
    }
    field->setMinimumWidth(kFieldWidth);
    field->setToolTip(inQt(parameter.description));
    field->setAccessibleName(inQt(parameter.title));
    auto* words = label(inQt(parameter.title), TextRole::Plain, this);
    words->setToolTip(field->toolTip());
    words->setBuddy(field);
    m_form->addRow(words, field);
}

RecipeStep StepDialog::step() const
{
    RecipeStep step = m_step;
    for (const auto& [name, value] : m_values) {
        step.parameters[name] = value();
        if (m_operation.parameter(name)->defaultValue == step.parameters[name])
            step.parameters.erase(name);
    }
    step.condition.problems = 0;
    for (const auto& [problem, box] : m_problems) {
        if (box->isChecked())
            step.condition.problems |= problemBit(problem);
    }
    step.condition.folder = m_folder->text().trimmed().toStdString();
    return step;
}

void StepDialog::refresh()
{
    const RecipeStep now = step();
    const QString words = QString::fromStdString(stepInWords(now));
    const QString condition = QString::fromStdString(conditionInWords(now.condition));
    m_words->setText(condition.isEmpty() ? tr("%1, of all pieces").arg(words)
                                         : tr("%1, %2").arg(words, condition));
    Recipe one;
    one.steps.push_back(now);
    const Status checked = checkRecipe(one);
    setEnabledBecause(*m_ok, checked ? QString() : inWords(checked.error()));
    if (!checked)
        m_words->setText(inWords(checked.error()));
    Q_EMIT stepChanged();
}

} // namespace continuo::ui
