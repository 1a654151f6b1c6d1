// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"

#include <QWidget>

#include <optional>

QT_BEGIN_NAMESPACE
class QCheckBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;
QT_END_NAMESPACE

namespace continuo::ui {

class FieldMenu;
class FormRow;

/// How a symbol is drawn, and which notes may be.
class SamplerForm final : public QWidget
{
    Q_OBJECT

public:
    explicit SamplerForm(QWidget* parent = nullptr);

    /// The sampler of the chosen model, as its card has it.
    void setModelSampler(const QString& json);
    /// The temperature the model's own sampler has.
    double modelTemperature() const;
    /// Whether the sampler looks at the temperature.
    bool usesTemperature() const { return m_sampler != QLatin1String("argmax"); }

    /// The sampler as the engine reads it; empty for the model's own as it is.
    QString samplerJson(double temperature) const;
    /// "D minor" for only notes of that scale, `heard` where that is asked for; empty for all
    /// notes.
    QString scale(const std::optional<Key>& heard) const;
    /// "D4-B5", or empty.
    QString range() const;

    /// For tests and for taking settings over: a name as the engine knows it, empty for the model's
    /// own.
    void chooseSampler(const QString& name);
    void setRange(int lowest, int highest);

Q_SIGNALS:
    void changed();

private:
    struct Parameter;
    void showSampler();

    QString m_modelJson = QStringLiteral("{}");
    bool m_isModelKnown = false;
    QString m_sampler{}; ///< Empty: the model's own.
    bool m_scaleAsHeard = false;
    std::optional<Key> m_scale{};
    FieldMenu* m_samplerField;
    QDoubleSpinBox* m_value;
    FormRow* m_valueRow;
    QLabel* m_help;
    FieldMenu* m_scaleField;
    QCheckBox* m_isLimited;
    QSpinBox* m_lowest;
    QSpinBox* m_highest;
};

} // namespace continuo::ui
