// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/base/studio_context.h"
#include "ui/train/cost_probe.h"
#include "ui/train/dataset_choice.h"
#include "ui/train/preset_catalogue.h"
#include "ui/train/run_draft.h"
#include "ui/train/settings_links.h"

#include <QTimer>
#include <QWidget>

#include <map>
#include <vector>

QT_BEGIN_NAMESPACE
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;
class QVBoxLayout;
QT_END_NAMESPACE

namespace continuo::ui {

class SettingRow;

/// SETTINGS: everything about a run before it starts, what it would cost, and *Start training*. GUI
/// thread only; what is given is borrowed.
class SettingsPanel final : public QWidget
{
    Q_OBJECT

public:
    SettingsPanel(const StudioContext& context, PresetCatalogue& catalogue, DatasetChoice& datasets,
                  CostProbe& probe, QWidget* parent = nullptr);

    const RunDraft& draft() const { return m_draft; }
    void setDraft(RunDraft draft);
    /// Why nothing can be started now; empty: it can.
    void setBlocked(const QString& because);
    /// What *Start from a model…* offers.
    void setModels(std::vector<StartModel> models) { m_links->setModels(std::move(models)); }

    /// Takes the weights of a model, and with them its encoding and network, which are locked then.
    /// What is wrong with the file is told.
    void startFrom(const QString& model);
    /// Takes the settings of a job file; what is wrong with it is told.
    void load(const QString& file);
    void save(const QString& file);

Q_SIGNALS:
    void draftChanged();
    void startRequested();

private:
    void makeRows();
    /// Whether the setting belongs to the kind of network that is chosen.
    bool isOfNetwork(const QString& key) const;
    bool holdsOut() const;
    void showDraft();
    void showDatasets();
    void showDevices();
    void showVariants();
    void showCost();
    void askCost();
    void showStart();
    void chooseDataset();
    void startAfresh();
    void showModel();
    void change(const QString& key, const Json& value);
    QString whyNoStart() const;

    StudioContext m_context;
    PresetCatalogue& m_catalogue;
    DatasetChoice& m_datasets;
    CostProbe& m_probe;
    RunDraft m_draft{};
    QString m_blocked{};
    QComboBox* m_data;
    QPushButton* m_divide;
    QLabel* m_dataWords;
    QComboBox* m_device;
    QComboBox* m_precision;
    QComboBox* m_variant;
    QWidget* m_fromRow;
    QLineEdit* m_from;
    QToolButton* m_more;
    QWidget* m_moreRows;
    QVBoxLayout* m_mainColumn;
    QVBoxLayout* m_moreColumn;
    std::map<QString, SettingRow*> m_rows;
    QLabel* m_weights;
    QLabel* m_memory;
    QLabel* m_epoch;
    QLabel* m_where;
    QPushButton* m_start;
    SettingsLinks* m_links;
    QTimer m_costSoon;
};

} // namespace continuo::ui
