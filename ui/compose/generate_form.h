// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/key.h"
#include "core/weights/generate_mode.h"
#include "ui/compose/seed_melody.h"

#include <QWidget>

#include <optional>

QT_BEGIN_NAMESPACE
class QLabel;
class QSettings;
class QSlider;
class QSpinBox;
class QToolButton;
QT_END_NAMESPACE

namespace continuo::ui {

class Appearance;
class FieldMenu;
class FormRow;
class ModelCatalogue;
class SamplerForm;
class SegmentedChoice;

/// What is to be generated, and with what: the upper part of the panel on the right.
class GenerateForm final : public QWidget
{
    Q_OBJECT

public:
    GenerateForm(const Appearance& appearance, QSettings& settings, ModelCatalogue& models,
                 QWidget* parent = nullptr);

    GenerateMode mode() const;
    void setMode(GenerateMode mode);
    bool isNew() const { return mode() == GenerateMode::New; }
    void setNew(bool isNew) { setMode(isNew ? GenerateMode::New : GenerateMode::Continue); }
    /// Why the chosen model cannot do what is chosen; empty: it can.
    QString whyNotMode() const;
    QString model() const { return m_model; }
    void setModel(const QString& file);
    StartFrom from() const { return m_from; }
    void setFrom(StartFrom from);
    /// The chosen key; nothing: as heard, or in a new piece whatever comes.
    const std::optional<Key>& key() const { return m_key; }
    void setKey(std::optional<Key> key);
    int bars() const { return m_bars; }
    void setBars(int bars);
    int ideas() const { return m_ideas; }
    void setIdeas(int ideas);
    double temperature() const;
    void setTemperature(double temperature);
    int number() const;
    bool isNumberLocked() const;
    void setNumber(int number, bool isLocked);
    /// Draws a new random number unless it is locked; gives the one in force.
    int nextNumber();
    const SamplerForm& sampler() const { return *m_sampler; }
    SamplerForm& sampler() { return *m_sampler; }

    /// What was found in the score, for the words of the fields.
    void showHeard(const std::optional<Key>& heard);
    void showStart(const QString& words, const QString& help);
    /// Words above their fields.
    void setNarrow(bool isNarrow);
    void setSelectionAvailable(bool isAvailable) { m_hasSelection = isAvailable; }

Q_SIGNALS:
    /// Anything that changes what would be asked.
    void changed();

private:
    void fillModels(QMenu& menu);
    void fillFrom(QMenu& menu);
    void fillKeys(QMenu& menu);
    void showModel();
    void showModes();
    void showNumber();
    void takePossibleMode();
    void showKey();
    void showTemperature();
    void chooseFile();
    QWidget* makeTemperature();
    QWidget* makeNumber();
    QWidget* makeMore();

    const Appearance& m_appearance;
    QSettings& m_settings;
    ModelCatalogue& m_models;
    QString m_model{};
    StartFrom m_from = StartFrom::End;
    bool m_hasSelection = false;
    std::optional<Key> m_key{};
    std::optional<Key> m_heard{};
    int m_bars = 4;
    int m_ideas = 4;
    SegmentedChoice* m_mode;
    std::optional<GenerateMode> m_leftMode{}; ///< Because the model cannot; another one goes back.
    FieldMenu* m_modelField;
    FieldMenu* m_fromField;
    FieldMenu* m_keyField;
    FormRow* m_keyRow;
    FieldMenu* m_barsField;
    FieldMenu* m_ideasField;
    QSlider* m_temperature = nullptr;
    QLabel* m_degrees = nullptr;
    QSpinBox* m_number = nullptr;
    FormRow* m_numberRow = nullptr;
    QToolButton* m_lock = nullptr;
    QToolButton* m_fold = nullptr;
    SamplerForm* m_sampler;
};

} // namespace continuo::ui
