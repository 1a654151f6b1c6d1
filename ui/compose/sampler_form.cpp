// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose/sampler_form.h"

#include "core/protocol/json.h"
#include "ui/base/panel.h"
#include "ui/compose/button_keys.h"
#include "ui/compose/field_menu.h"
#include "ui/compose/form_row.h"
#include "ui/compose/key_menu.h"
#include "ui/compose/pitch_spin.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>
#include <array>

namespace continuo::ui {

/// A sampler by its name in the engine, and its one number beside the temperature.
struct SamplerForm::Parameter
{
    const char* sampler;
    const char* title;
    const char* member; ///< Null: it has none.
    const char* word;
    double least;
    double most;
    double usual;
    double step;
    int digits;
    const char* help;
};

namespace {

template <typename Parameter>
constexpr std::array<Parameter, 7> samplers()
{
    return {
        {{"", QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "The model's own"), nullptr, "", 0, 0,
          0, 0, 0,
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm",
                            "As its makers set it, with the temperature above.")},
         {"temperature", QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Temperature"), nullptr, "",
          0, 0, 0, 0, 0,
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm",
                            "Every note has the chance the model gives it: "
                            "sharpened below 1, evened out above.")},
         {"argmax", QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Argmax"), nullptr, "", 0, 0, 0,
          0, 0,
          QT_TRANSLATE_NOOP(
              "SamplerForm",
              "Always the likeliest note. All ideas are alike, and they tend to circle.")},
         {"top-k", QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Top-k"), "topK",
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Keep k"), 1, 64, 5, 1, 0,
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Only the k likeliest notes can come.")},
         {"top-p", QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Top-p"), "topP",
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Share p"), 0.01, 1, 0.9, 0.05, 2,
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm",
                            "Only the likeliest notes that together have the share p.")},
         {"beta", QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Base β"), "beta",
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "β"), 0, 700, 15, 1, 1,
          QT_TRANSLATE_NOOP(
              "SamplerForm",
              "Weights e^(β·p), as in 2019. Leaves a share to notes the model had ruled out.")},
         {"mixture", QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Mixture"), "mix",
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm", "Drawn"), 0, 1, 0.9, 0.05, 2,
          QT_TRANSLATE_NOOP("continuo::ui::SamplerForm",
                            "Draws with this chance, otherwise takes the likeliest note.")}}};
}

} // namespace

SamplerForm::SamplerForm(QWidget* parent)
    : QWidget(parent)
    , m_samplerField(new FieldMenu(tr("Sampler"), this))
    , m_value(new QDoubleSpinBox(this))
    , m_valueRow(new FormRow(tr("Value"), {m_value}, this))
    , m_help(label({}, TextRole::Small, this))
    , m_scaleField(new FieldMenu(tr("Notes"), this))
    , m_isLimited(new QCheckBox(this))
    , m_lowest(new PitchSpin(this))
    , m_highest(new PitchSpin(this))
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    m_help->setWordWrap(true);
    column->addWidget(new FormRow(tr("Sampler"), {m_samplerField}, this));
    column->addWidget(m_valueRow);
    column->addWidget(m_help);
    column->addWidget(new FormRow(tr("Notes"), {m_scaleField}, this));
    m_isLimited->setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    m_lowest->setMinimumWidth(48);
    m_highest->setMinimumWidth(48);
    column->addWidget(new FormRow(tr("Range"), {m_isLimited, m_lowest, m_highest}, this));
    takeKeysOnlyFromKeyboard(*m_isLimited);

    m_isLimited->setAccessibleName(tr("Limit the range of the answer"));
    m_isLimited->setToolTip(tr("Only notes from the lowest to the highest"));
    m_lowest->setAccessibleName(tr("Lowest note"));
    m_highest->setAccessibleName(tr("Highest note"));
    m_lowest->setValue(60);
    m_highest->setValue(84);
    const auto limit = [this] {
        const QString because =
            m_isLimited->isChecked() ? QString() : tr("Tick the box to limit the range");
        setEnabledBecause(*m_lowest, because);
        setEnabledBecause(*m_highest, because);
        Q_EMIT changed();
    };
    connect(m_isLimited, &QCheckBox::toggled, this, limit);
    connect(m_lowest, &QSpinBox::valueChanged, this, [this](int lowest) {
        m_highest->setValue(std::max(m_highest->value(), lowest));
        Q_EMIT changed();
    });
    connect(m_highest, &QSpinBox::valueChanged, this, [this](int highest) {
        m_lowest->setValue(std::min(m_lowest->value(), highest));
        Q_EMIT changed();
    });
    connect(m_value, &QDoubleSpinBox::valueChanged, this, &SamplerForm::changed);

    m_samplerField->setFill([this](QMenu& menu) {
        for (const Parameter& one : samplers<Parameter>()) {
            const QString name = QString::fromUtf8(one.sampler);
            QAction* choice = addChoice(menu, tr(one.title), name == m_sampler,
                                        [this, name] { chooseSampler(name); });
            choice->setToolTip(tr(one.help));
        }
        menu.setToolTipsVisible(true);
    });
    m_scaleField->setWords(tr("All notes"));
    m_scaleField->setHelp(tr("Which notes may come"));
    m_scaleField->setFill([this](QMenu& menu) {
        const auto take = [this](bool asHeard, std::optional<Key> key) {
            m_scaleAsHeard = asHeard;
            m_scale = key;
            m_scaleField->setWords(asHeard ? tr("Only the key it is in")
                                   : key   ? tr("Only %1").arg(keyInWords(*key))
                                           : tr("All notes"));
            Q_EMIT changed();
        };
        addChoice(menu, tr("All notes"), !m_scaleAsHeard && !m_scale, [take] { take(false, {}); });
        addChoice(menu, tr("Only the key it is in"), m_scaleAsHeard, [take] { take(true, {}); });
        menu.addSeparator();
        addKeys(menu, m_scale, [take](Key key) { take(false, key); });
    });
    limit();
    showSampler();
}

void SamplerForm::setModelSampler(const QString& json)
{
    m_isModelKnown = !json.isEmpty();
    m_modelJson = m_isModelKnown ? json : QStringLiteral("{}");
    showSampler();
}

double SamplerForm::modelTemperature() const
{
    double temperature = 1;
    if (const Result<Json> own = parseJson(m_modelJson.toStdString()); own && own->is_object())
        JsonMembers(*own, "sampler").read("temperature", temperature, 0, 100);
    return temperature;
}

QString SamplerForm::samplerJson(double temperature) const
{
    // Before its card has been read the model uses its own, which is what the words say.
    if (m_sampler.isEmpty() && !m_isModelKnown && temperature == modelTemperature())
        return {};
    Json sampler = Json::object();
    if (m_sampler.isEmpty()) {
        if (Result<Json> own = parseJson(m_modelJson.toStdString()); own && own->is_object())
            sampler = std::move(*own);
    } else {
        sampler["name"] = m_sampler.toStdString();
        for (const Parameter& one : samplers<Parameter>()) {
            if (one.member && m_sampler == QString::fromUtf8(one.sampler)) {
                if (one.digits == 0)
                    sampler[one.member] = static_cast<int>(m_value->value());
                else
                    sampler[one.member] = m_value->value();
            }
        }
    }
    if (usesTemperature())
        sampler["temperature"] = temperature;
    return QString::fromStdString(jsonLine(sampler));
}

QString SamplerForm::scale(const std::optional<Key>& heard) const
{
    const std::optional<Key> key = m_scaleAsHeard ? heard : m_scale;
    return key ? QString::fromStdString(keyName(*key)) : QString();
}

QString SamplerForm::range() const
{
    if (!m_isLimited->isChecked())
        return {};
    const auto name = [](int pitch) {
        return QString::fromStdString(pitchName(Pitch{static_cast<std::uint8_t>(pitch)}));
    };
    return name(m_lowest->value()) + QLatin1Char('-') + name(m_highest->value());
}

void SamplerForm::chooseSampler(const QString& name)
{
    m_sampler = name;
    showSampler();
    Q_EMIT changed();
}

void SamplerForm::setRange(int lowest, int highest)
{
    m_isLimited->setChecked(true);
    m_lowest->setValue(lowest);
    m_highest->setValue(highest);
}

void SamplerForm::showSampler()
{
    for (const Parameter& one : samplers<Parameter>()) {
        if (m_sampler != QString::fromUtf8(one.sampler))
            continue;
        m_samplerField->setWords(tr(one.title));
        m_samplerField->setHelp(tr(one.help));
        m_help->setText(tr(one.help));
        m_valueRow->setVisible(one.member != nullptr);
        if (!one.member)
            continue;
        m_valueRow->setWord(tr(one.word));
        m_value->setAccessibleName(tr(one.word));
        m_value->setToolTip(tr(one.help));
        m_value->setDecimals(one.digits);
        m_value->setRange(one.least, one.most);
        m_value->setSingleStep(one.step);
        m_value->setValue(one.usual);
    }
}

} // namespace continuo::ui
