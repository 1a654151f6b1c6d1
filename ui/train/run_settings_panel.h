// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/train/preset_catalogue.h"
#include "ui/train/run_facts.h"

#include <QWidget>

#include <map>
#include <vector>

QT_BEGIN_NAMESPACE
class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

/// SETTINGS OF THIS RUN: all of them locked but for the learning rate, the length and the patience.
/// GUI thread only.
class RunSettingsPanel final : public QWidget
{
    Q_OBJECT

public:
    RunSettingsPanel(const StudioContext& context, PresetCatalogue& catalogue,
                     QWidget* parent = nullptr);

    void show(const RunFactsPointer& run);

Q_SIGNALS:
    void learningRateRequested(double rate);
    /// So many epochs more, of a run that goes on or of one that is over.
    void extendRequested(qint64 moreEpochs);
    /// To end after so many evaluations without gain; 0: never.
    void patienceRequested(qint64 evaluations);
    /// *New run from this…*
    void copyRequested();
    /// *Refine its best…*: a new run that begins with these weights.
    void refineRequested(const QString& model);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QLineEdit* addField(const QString& name);
    void setField(QLineEdit* field, const QString& words, const QString& help);
    void rateEntered();
    void lengthEntered();
    void patienceEntered();

    const StudioContext m_context;
    PresetCatalogue& m_catalogue;
    RunFactsPointer m_run{};
    QVBoxLayout* m_fields;
    std::vector<QLabel*> m_names{}; ///< Of the fields, in their order.
    QLineEdit* m_data;
    QLineEdit* m_device;
    QLineEdit* m_preset;
    QLineEdit* m_from;
    QLabel* m_fromName;
    QLineEdit* m_encoding;
    QLineEdit* m_network;
    std::map<QString, QLineEdit*> m_locked;
    QLineEdit* m_rate;
    QLineEdit* m_length;
    QLineEdit* m_patience;
    QPushButton* m_refine;
    QLabel* m_weights;
    QLabel* m_speed;
    QLabel* m_time;
    QLabel* m_where;
    QLabel* m_losses;
};

} // namespace continuo::ui
