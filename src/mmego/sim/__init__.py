"""A simulated household seen from the wearer's head: world, agent, renderer, data set (extra ``[sim]``)."""
