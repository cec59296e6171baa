"""The assignment desk: for a week of an area, who takes which need, and which broker which case.

It asks the engine with what the rooms below know (suggestions, capacities, refusals, stakes), keeps its plan
with what a broker ruled in it, and says what each rule cost. It opens no case and sends no invitation by itself:
each broker takes up the own rows, with the own rights. It knows nothing of meetings and outcomes.
"""
